(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32 i32) (result i32)
    (local i32 i64 i64 i32 i32 i32 i32 i64 i64)
    block
      block
        block
          local.get 0
          i64.load offset=432
          local.set 6
          local.get 2
          i32.const 2
          i32.sub
          local.tee 2
          i32.const 0
          i32.lt_s
          if
            local.get 2
            i32.const 2
            i32.add
            local.set 2
            i32.const 0
            local.set 8
            i32.const -1
            local.set 10
            br 1
          end
          ;; @0: move_reg a0, a1
          local.get 6
          local.set 7
          ;; @2: sbrk a0, a1
          i32.const 0
          local.set 11
          local.get 0
          local.get 7
          i64.store offset=424
          local.get 0
          local.get 0
          i32.load offset=60
          i32.const 32
          i32.add
          i32.store
          local.get 0
          local.get 2
          i32.store offset=4
          local.get 0
          local.get 11
          i32.store offset=16
          local.get 0
          local.get 11
          call $import.host
          local.get 0
          i32.load offset=4
          local.set 2
          if
            i32.const -6
            return
          end
          local.get 0
          i64.load offset=432
          local.set 6
          local.get 2
          i32.const 12
          i32.sub
          local.tee 2
          i32.const 0
          i32.lt_s
          if
            local.get 2
            i32.const 12
            i32.add
            local.set 2
            i32.const 48
            local.set 8
            i32.const -1
            local.set 10
            br 1
          end
          ;; @4: count_set_bits_64 a0, a1
          local.get 6
          i64.popcnt
          local.set 7
          ;; @6: count_set_bits_32 a0, a1
          local.get 6
          i32.wrap_i64
          i32.popcnt
          i64.extend_i32_u
          local.set 7
          ;; @8: leading_zero_bits_64 a0, a1
          local.get 6
          i64.clz
          local.set 7
          ;; @10: leading_zero_bits_32 a0, a1
          local.get 6
          i32.wrap_i64
          i32.clz
          i64.extend_i32_u
          local.set 7
          ;; @12: trailing_zero_bits_64 a0, a1
          local.get 6
          i64.ctz
          local.set 7
          ;; @14: trailing_zero_bits_32 a0, a1
          local.get 6
          i32.wrap_i64
          i32.ctz
          i64.extend_i32_u
          local.set 7
          ;; @16: sign_extend_8 a0, a1
          local.get 6
          i64.extend8_s
          local.set 7
          ;; @18: sign_extend_16 a0, a1
          local.get 6
          i64.extend16_s
          local.set 7
          ;; @20: zero_extend_16 a0, a1
          local.get 6
          i64.const 65535
          i64.and
          local.set 7
          ;; @22: reverse_bytes a0, a1
          local.get 6
          i64.const 8
          i64.shr_u
          i64.const 71777214294589695
          i64.and
          local.get 6
          i64.const 71777214294589695
          i64.and
          i64.const 8
          i64.shl
          i64.or
          local.set 12
          local.get 12
          i64.const 16
          i64.shr_u
          i64.const 281470681808895
          i64.and
          local.get 12
          i64.const 281470681808895
          i64.and
          i64.const 16
          i64.shl
          i64.or
          local.set 13
          local.get 13
          i64.const 32
          i64.rotl
          local.set 7
          ;; @24: fallthrough
          ;; @25: trap
          local.get 0
          i32.const 0
          i32.store offset=16
          i32.const 256
          local.set 8
          i32.const -3
          local.set 10
          br 1
          unreachable
        end
        br 1
      end
      local.get 0
      local.get 7
      i64.store offset=424
      br 0
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 8
    i32.add
    i32.store
    local.get 0
    local.get 2
    i32.store offset=4
    local.get 10
  )
  (export "r0" (func $r0))
)
