(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i64 i32 i32 i32 i32 i32 i32)
    block
      block
        block
          block
            local.get 0
            i64.load offset=528
            local.set 4
            local.get 0
            i64.load offset=576
            local.set 5
            local.get 1
            i32.const 3
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 3
              i32.add
              local.set 1
              i32.const 0
              local.set 7
              i32.const -1
              local.set 8
              br 1
            end
            ;; @0: branch_ne_imm t0, 1, @9
            local.get 4
            i64.const 1
            i64.ne
            if
              ;; @9: fallthrough
              ;; @10: trap
              local.get 0
              i32.const 0
              i32.store offset=16
              i32.const 112
              local.set 7
              i32.const -3
              local.set 8
              br 1
            else
              local.get 1
              i32.const 1
              i32.add
              local.set 1
              ;; @4: load_imm_jump_ind a0, a1, 24, 24
              local.get 5
              i32.wrap_i64
              i32.const 24
              i32.add
              local.set 10
              i64.const 24
              local.set 6
              local.get 10
              i32.const -65536
              i32.eq
              if
                local.get 0
                i32.const 0
                i32.store offset=16
                i32.const 48
                local.set 7
                i32.const -2
                local.set 8
                br 3
              end
              local.get 10
              i32.const 1
              i32.and
              if
                local.get 0
                i32.const 0
                i32.store offset=16
                i32.const 48
                local.set 7
                i32.const -3
                local.set 8
                br 3
              end
              local.get 10
              i32.const 1
              i32.shr_u
              i32.const 1
              i32.sub
              local.set 11
              local.get 11
              local.get 3
              i32.eq
              if
                local.get 0
                local.get 6
                i64.store offset=568
                local.get 1
                return
              end
              block
                local.get 11
                local.get 0
                i32.load offset=28
                i32.ge_u
                br_if 0
                local.get 0
                i32.load offset=24
                local.get 11
                i32.const 2
                i32.shl
                i32.add
                i32.load
                local.tee 12
                i32.eqz
                br_if 0
                local.get 0
                local.get 6
                i64.store offset=568
                local.get 0
                local.get 12
                i32.store
                local.get 0
                i32.const 1
                i32.store offset=76
                local.get 0
                local.get 1
                local.get 2
                local.get 3
                local.get 11
                return_call_indirect (type 1)
              end
              i32.const 48
              local.set 7
              i32.const -3
              local.set 8
              br 2
            end
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
