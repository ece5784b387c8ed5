(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i64 i32 i32 i32 i64 i64 i64 i64 i64)
    block
      block
        block
          block
            local.get 0
            i64.load offset=576
            local.set 4
            local.get 0
            i64.load offset=584
            local.set 5
            local.get 1
            i32.const 43
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 43
              i32.add
              local.set 1
              i32.const 0
              local.set 7
              i32.const -1
              local.set 8
              br 1
            end
            ;; @0: add_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.add
            i64.extend_i32_s
            local.set 6
            ;; @3: sub_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.sub
            i64.extend_i32_s
            local.set 6
            ;; @6: mul_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.mul
            i64.extend_i32_s
            local.set 6
            ;; @9: div_u_32 a0, a1, a2
            local.get 5
            i32.wrap_i64
            i32.eqz
            if (result i32)
              i32.const -1
            else
              local.get 4
              i32.wrap_i64
              local.get 5
              i32.wrap_i64
              i32.div_u
            end
            i64.extend_i32_s
            local.set 6
            ;; @12: div_s_32 a0, a1, a2
            local.get 5
            i32.wrap_i64
            i32.eqz
            if (result i32)
              i32.const -1
            else
              local.get 4
              i32.wrap_i64
              i32.const -2147483648
              i32.eq
              local.get 5
              i32.wrap_i64
              i32.const -1
              i32.eq
              i32.and
              if (result i32)
                local.get 4
                i32.wrap_i64
              else
                local.get 4
                i32.wrap_i64
                local.get 5
                i32.wrap_i64
                i32.div_s
              end
            end
            i64.extend_i32_s
            local.set 6
            ;; @15: rem_u_32 a0, a1, a2
            local.get 5
            i32.wrap_i64
            i32.eqz
            if (result i32)
              local.get 4
              i32.wrap_i64
            else
              local.get 4
              i32.wrap_i64
              local.get 5
              i32.wrap_i64
              i32.rem_u
            end
            i64.extend_i32_s
            local.set 6
            ;; @18: rem_s_32 a0, a1, a2
            local.get 5
            i32.wrap_i64
            i32.eqz
            if (result i32)
              local.get 4
              i32.wrap_i64
            else
              local.get 4
              i32.wrap_i64
              local.get 5
              i32.wrap_i64
              i32.rem_s
            end
            i64.extend_i32_s
            local.set 6
            ;; @21: shlo_l_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.shl
            i64.extend_i32_s
            local.set 6
            ;; @24: shlo_r_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.shr_u
            i64.extend_i32_s
            local.set 6
            ;; @27: shar_r_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.shr_s
            i64.extend_i32_s
            local.set 6
            ;; @30: add_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.add
            local.set 6
            ;; @33: sub_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.sub
            local.set 6
            ;; @36: mul_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.mul
            local.set 6
            ;; @39: div_u_64 a0, a1, a2
            local.get 5
            i64.eqz
            if (result i64)
              i64.const -1
            else
              local.get 4
              local.get 5
              i64.div_u
            end
            local.set 6
            ;; @42: div_s_64 a0, a1, a2
            local.get 5
            i64.eqz
            if (result i64)
              i64.const -1
            else
              local.get 4
              i64.const -9223372036854775808
              i64.eq
              local.get 5
              i64.const -1
              i64.eq
              i32.and
              if (result i64)
                local.get 4
              else
                local.get 4
                local.get 5
                i64.div_s
              end
            end
            local.set 6
            ;; @45: rem_u_64 a0, a1, a2
            local.get 5
            i64.eqz
            if (result i64)
              local.get 4
            else
              local.get 4
              local.get 5
              i64.rem_u
            end
            local.set 6
            ;; @48: rem_s_64 a0, a1, a2
            local.get 5
            i64.eqz
            if (result i64)
              local.get 4
            else
              local.get 4
              local.get 5
              i64.rem_s
            end
            local.set 6
            ;; @51: shlo_l_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.shl
            local.set 6
            ;; @54: shlo_r_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.shr_u
            local.set 6
            ;; @57: shar_r_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.shr_s
            local.set 6
            ;; @60: and a0, a1, a2
            local.get 4
            local.get 5
            i64.and
            local.set 6
            ;; @63: xor a0, a1, a2
            local.get 4
            local.get 5
            i64.xor
            local.set 6
            ;; @66: or a0, a1, a2
            local.get 4
            local.get 5
            i64.or
            local.set 6
            ;; @69: mul_upper_s_s a0, a1, a2
            local.get 4
            i64.const 4294967295
            i64.and
            local.set 10
            local.get 4
            i64.const 32
            i64.shr_u
            local.set 11
            local.get 5
            i64.const 4294967295
            i64.and
            local.set 12
            local.get 5
            i64.const 32
            i64.shr_u
            local.set 13
            local.get 11
            local.get 12
            i64.mul
            local.get 10
            local.get 12
            i64.mul
            i64.const 32
            i64.shr_u
            i64.add
            local.set 14
            local.get 11
            local.get 13
            i64.mul
            local.get 14
            i64.const 32
            i64.shr_u
            i64.add
            local.get 10
            local.get 13
            i64.mul
            local.get 14
            i64.const 4294967295
            i64.and
            i64.add
            i64.const 32
            i64.shr_u
            i64.add
            local.get 4
            i64.const 63
            i64.shr_s
            local.get 5
            i64.and
            i64.sub
            local.get 5
            i64.const 63
            i64.shr_s
            local.get 4
            i64.and
            i64.sub
            local.set 6
            ;; @72: mul_upper_u_u a0, a1, a2
            local.get 4
            i64.const 4294967295
            i64.and
            local.set 10
            local.get 4
            i64.const 32
            i64.shr_u
            local.set 11
            local.get 5
            i64.const 4294967295
            i64.and
            local.set 12
            local.get 5
            i64.const 32
            i64.shr_u
            local.set 13
            local.get 11
            local.get 12
            i64.mul
            local.get 10
            local.get 12
            i64.mul
            i64.const 32
            i64.shr_u
            i64.add
            local.set 14
            local.get 11
            local.get 13
            i64.mul
            local.get 14
            i64.const 32
            i64.shr_u
            i64.add
            local.get 10
            local.get 13
            i64.mul
            local.get 14
            i64.const 4294967295
            i64.and
            i64.add
            i64.const 32
            i64.shr_u
            i64.add
            local.set 6
            ;; @75: mul_upper_s_u a0, a1, a2
            local.get 4
            i64.const 4294967295
            i64.and
            local.set 10
            local.get 4
            i64.const 32
            i64.shr_u
            local.set 11
            local.get 5
            i64.const 4294967295
            i64.and
            local.set 12
            local.get 5
            i64.const 32
            i64.shr_u
            local.set 13
            local.get 11
            local.get 12
            i64.mul
            local.get 10
            local.get 12
            i64.mul
            i64.const 32
            i64.shr_u
            i64.add
            local.set 14
            local.get 11
            local.get 13
            i64.mul
            local.get 14
            i64.const 32
            i64.shr_u
            i64.add
            local.get 10
            local.get 13
            i64.mul
            local.get 14
            i64.const 4294967295
            i64.and
            i64.add
            i64.const 32
            i64.shr_u
            i64.add
            local.get 4
            i64.const 63
            i64.shr_s
            local.get 5
            i64.and
            i64.sub
            local.set 6
            ;; @78: set_lt_u a0, a1, a2
            local.get 4
            local.get 5
            i64.lt_u
            i64.extend_i32_u
            local.set 6
            ;; @81: set_lt_s a0, a1, a2
            local.get 4
            local.get 5
            i64.lt_s
            i64.extend_i32_u
            local.set 6
            ;; @84: cmov_iz a0, a1, a2
            local.get 4
            local.get 6
            local.get 5
            i64.eqz
            select
            local.set 6
            ;; @87: cmov_nz a0, a1, a2
            local.get 6
            local.get 4
            local.get 5
            i64.eqz
            select
            local.set 6
            ;; @90: rot_l_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.rotl
            local.set 6
            ;; @93: rot_l_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.rotl
            i64.extend_i32_s
            local.set 6
            ;; @96: rot_r_64 a0, a1, a2
            local.get 4
            local.get 5
            i64.rotr
            local.set 6
            ;; @99: rot_r_32 a0, a1, a2
            local.get 4
            i32.wrap_i64
            local.get 5
            i32.wrap_i64
            i32.rotr
            i64.extend_i32_s
            local.set 6
            ;; @102: and_inv a0, a1, a2
            local.get 4
            local.get 5
            i64.const -1
            i64.xor
            i64.and
            local.set 6
            ;; @105: or_inv a0, a1, a2
            local.get 4
            local.get 5
            i64.const -1
            i64.xor
            i64.or
            local.set 6
            ;; @108: xnor a0, a1, a2
            local.get 4
            local.get 5
            i64.xor
            i64.const -1
            i64.xor
            local.set 6
            ;; @111: max a0, a1, a2
            local.get 4
            local.get 5
            local.get 4
            local.get 5
            i64.gt_s
            select
            local.set 6
            ;; @114: max_u a0, a1, a2
            local.get 4
            local.get 5
            local.get 4
            local.get 5
            i64.gt_u
            select
            local.set 6
            ;; @117: min a0, a1, a2
            local.get 4
            local.get 5
            local.get 4
            local.get 5
            i64.lt_s
            select
            local.set 6
            ;; @120: min_u a0, a1, a2
            local.get 4
            local.get 5
            local.get 4
            local.get 5
            i64.lt_u
            select
            local.set 6
            ;; @123: fallthrough
            ;; @124: trap
            local.get 0
            i32.const 0
            i32.store offset=16
            i32.const 704
            local.set 7
            i32.const -3
            local.set 8
            br 1
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 6
        i64.store offset=568
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 7
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 8
  )
  (export "r0" (func $r0))
)
