(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i32 i32 i32 i32 i32 i32 i32 i32)
    block
      block
        block
          block
            local.get 0
            i64.load offset=576
            local.set 4
            local.get 0
            i64.load offset=568
            local.set 5
            local.get 0
            i32.load offset=400
            local.set 9
            local.get 0
            i32.load offset=404
            local.set 10
            local.get 0
            i32.load offset=408
            local.set 11
            local.get 1
            i32.const 44
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 44
              i32.add
              local.set 1
              i32.const 0
              local.set 6
              i32.const -1
              local.set 7
              br 1
            end
            ;; @0: store_ind_u8 a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.add
            local.set 8
            block
              block
                local.get 8
                i32.const 131072
                i32.sub
                local.get 10
                i32.ge_u
                br_if 0
                local.get 11
                local.get 8
                i32.add
                local.set 12
                br 1
              end
              local.get 0
              local.get 8
              i32.store offset=80
              local.get 0
              i32.const 8
              i32.store offset=84
              local.get 1
              i32.const 44
              i32.add
              local.set 1
              i32.const 16
              local.set 6
              i32.const -22
              local.set 7
              br 1
            end
            local.get 12
            local.get 5
            i64.store8
            ;; @3: store_ind_u16 a0, a1, 24
            local.get 12
            local.get 5
            i64.store16
            ;; @6: store_ind_u32 a0, a1, 24
            local.get 12
            local.get 5
            i64.store32
            ;; @9: store_ind_u64 a0, a1, 24
            local.get 12
            local.get 5
            i64.store
            ;; @12: load_ind_u8 a0, a1, 24
            local.get 12
            i64.load8_u
            local.set 5
            ;; @15: load_ind_i8 a0, a1, 24
            local.get 12
            i64.load8_s
            local.set 5
            ;; @18: load_ind_u16 a0, a1, 24
            local.get 12
            i64.load16_u
            local.set 5
            ;; @21: load_ind_i16 a0, a1, 24
            local.get 12
            i64.load16_s
            local.set 5
            ;; @24: load_ind_u32 a0, a1, 24
            local.get 12
            i64.load32_u
            local.set 5
            ;; @27: load_ind_i32 a0, a1, 24
            local.get 12
            i64.load32_s
            local.set 5
            ;; @30: load_ind_u64 a0, a1, 24
            local.get 12
            i64.load
            local.set 5
            ;; @33: add_imm_32 a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.add
            i64.extend_i32_s
            local.set 5
            ;; @36: and_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.and
            local.set 5
            ;; @39: xor_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.xor
            local.set 5
            ;; @42: or_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.or
            local.set 5
            ;; @45: mul_imm_32 a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.mul
            i64.extend_i32_s
            local.set 5
            ;; @48: set_lt_u_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.lt_u
            i64.extend_i32_u
            local.set 5
            ;; @51: set_lt_s_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.lt_s
            i64.extend_i32_u
            local.set 5
            ;; @54: shlo_l_imm_32 a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.shl
            i64.extend_i32_s
            local.set 5
            ;; @57: shlo_r_imm_32 a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.shr_u
            i64.extend_i32_s
            local.set 5
            ;; @60: shar_r_imm_32 a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.shr_s
            i64.extend_i32_s
            local.set 5
            ;; @63: neg_add_imm_32 a0, a1, 24
            i32.const 24
            local.get 4
            i32.wrap_i64
            i32.sub
            i64.extend_i32_s
            local.set 5
            ;; @66: set_gt_u_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.gt_u
            i64.extend_i32_u
            local.set 5
            ;; @69: set_gt_s_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.gt_s
            i64.extend_i32_u
            local.set 5
            ;; @72: shlo_l_imm_alt_32 a0, a1, 24
            i32.const 24
            local.get 4
            i32.wrap_i64
            i32.shl
            i64.extend_i32_s
            local.set 5
            ;; @75: shlo_r_imm_alt_32 a0, a1, 24
            i32.const 24
            local.get 4
            i32.wrap_i64
            i32.shr_u
            i64.extend_i32_s
            local.set 5
            ;; @78: shar_r_imm_alt_32 a0, a1, 24
            i32.const 24
            local.get 4
            i32.wrap_i64
            i32.shr_s
            i64.extend_i32_s
            local.set 5
            ;; @81: cmov_iz_imm a0, a1, 24
            i64.const 24
            local.get 5
            local.get 4
            i64.eqz
            select
            local.set 5
            ;; @84: cmov_nz_imm a0, a1, 24
            local.get 5
            i64.const 24
            local.get 4
            i64.eqz
            select
            local.set 5
            ;; @87: add_imm_64 a0, a1, 24
            local.get 4
            i64.const 24
            i64.add
            local.set 5
            ;; @90: mul_imm_64 a0, a1, 24
            local.get 4
            i64.const 24
            i64.mul
            local.set 5
            ;; @93: shlo_l_imm_64 a0, a1, 24
            local.get 4
            i64.const 24
            i64.shl
            local.set 5
            ;; @96: shlo_r_imm_64 a0, a1, 24
            local.get 4
            i64.const 24
            i64.shr_u
            local.set 5
            ;; @99: shar_r_imm_64 a0, a1, 24
            local.get 4
            i64.const 24
            i64.shr_s
            local.set 5
            ;; @102: neg_add_imm_64 a0, a1, 24
            i64.const 24
            local.get 4
            i64.sub
            local.set 5
            ;; @105: shlo_l_imm_alt_64 a0, a1, 24
            i64.const 24
            local.get 4
            i64.shl
            local.set 5
            ;; @108: shlo_r_imm_alt_64 a0, a1, 24
            i64.const 24
            local.get 4
            i64.shr_u
            local.set 5
            ;; @111: shar_r_imm_alt_64 a0, a1, 24
            i64.const 24
            local.get 4
            i64.shr_s
            local.set 5
            ;; @114: rot_r_64_imm a0, a1, 24
            local.get 4
            i64.const 24
            i64.rotr
            local.set 5
            ;; @117: rot_r_64_imm_alt a0, a1, 24
            i64.const 24
            local.get 4
            i64.rotr
            local.set 5
            ;; @120: rot_r_32_imm a0, a1, 24
            local.get 4
            i32.wrap_i64
            i32.const 24
            i32.rotr
            i64.extend_i32_s
            local.set 5
            ;; @123: rot_r_32_imm_alt a0, a1, 24
            i32.const 24
            local.get 4
            i32.wrap_i64
            i32.rotr
            i64.extend_i32_s
            local.set 5
            ;; @126: fallthrough
            ;; @127: trap
            local.get 0
            i32.const 0
            i32.store offset=16
            i32.const 720
            local.set 6
            i32.const -3
            local.set 7
            br 1
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 5
        i64.store offset=568
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 6
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 7
  )
  (export "r0" (func $r0))
)
