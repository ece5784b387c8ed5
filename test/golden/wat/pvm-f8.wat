(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i32 i32 i32 i32 i64 i64)
    block
      block
        block
          block
            local.get 0
            i64.load offset=576
            local.set 4
            local.get 1
            i32.const 2
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 2
              i32.add
              local.set 1
              i32.const 0
              local.set 6
              i32.const -1
              local.set 7
              br 1
            end
            ;; @0: move_reg a0, a1
            local.get 4
            local.set 5
            ;; @2: sbrk a0, a1
            i32.const 0
            local.set 9
            local.get 0
            local.get 5
            i64.store offset=568
            local.get 0
            local.get 0
            i32.load offset=60
            i32.const 32
            i32.add
            i32.store
            local.get 0
            local.get 1
            i32.store offset=4
            local.get 0
            local.get 9
            i32.store offset=16
            local.get 0
            local.get 9
            call $import.host
            local.get 0
            i32.load offset=4
            local.set 1
            if
              i32.const -6
              return
            end
            local.get 0
            i64.load offset=576
            local.set 4
            local.get 1
            i32.const 12
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 12
              i32.add
              local.set 1
              i32.const 48
              local.set 6
              i32.const -1
              local.set 7
              br 1
            end
            ;; @4: count_set_bits_64 a0, a1
            local.get 4
            i64.popcnt
            local.set 5
            ;; @6: count_set_bits_32 a0, a1
            local.get 4
            i32.wrap_i64
            i32.popcnt
            i64.extend_i32_u
            local.set 5
            ;; @8: leading_zero_bits_64 a0, a1
            local.get 4
            i64.clz
            local.set 5
            ;; @10: leading_zero_bits_32 a0, a1
            local.get 4
            i32.wrap_i64
            i32.clz
            i64.extend_i32_u
            local.set 5
            ;; @12: trailing_zero_bits_64 a0, a1
            local.get 4
            i64.ctz
            local.set 5
            ;; @14: trailing_zero_bits_32 a0, a1
            local.get 4
            i32.wrap_i64
            i32.ctz
            i64.extend_i32_u
            local.set 5
            ;; @16: sign_extend_8 a0, a1
            local.get 4
            i64.extend8_s
            local.set 5
            ;; @18: sign_extend_16 a0, a1
            local.get 4
            i64.extend16_s
            local.set 5
            ;; @20: zero_extend_16 a0, a1
            local.get 4
            i64.const 65535
            i64.and
            local.set 5
            ;; @22: reverse_bytes a0, a1
            local.get 4
            i64.const 8
            i64.shr_u
            i64.const 71777214294589695
            i64.and
            local.get 4
            i64.const 71777214294589695
            i64.and
            i64.const 8
            i64.shl
            i64.or
            local.set 10
            local.get 10
            i64.const 16
            i64.shr_u
            i64.const 281470681808895
            i64.and
            local.get 10
            i64.const 281470681808895
            i64.and
            i64.const 16
            i64.shl
            i64.or
            local.set 11
            local.get 11
            i64.const 32
            i64.rotl
            local.set 5
            ;; @24: fallthrough
            ;; @25: trap
            local.get 0
            i32.const 0
            i32.store offset=16
            i32.const 256
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
