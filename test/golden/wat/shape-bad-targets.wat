(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i32 i32 i32)
    block
      block
        block
          block
            local.get 0
            i64.load offset=568
            local.set 4
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
              local.set 5
              i32.const -1
              local.set 6
              br 1
            end
            ;; @0: branch_eq_imm a0, 0, -1
            local.get 4
            i64.const 0
            i64.eq
            if
              local.get 1
              i32.const 2
              i32.add
              local.set 1
              i32.const 16
              local.set 5
              i32.const -3
              local.set 6
              br 1
            else
              ;; @4: add_imm_64 a0, a0, 1
              local.get 4
              i64.const 1
              i64.add
              local.set 4
              ;; @7: trap
              local.get 0
              i32.const 0
              i32.store offset=16
              i32.const 64
              local.set 5
              i32.const -3
              local.set 6
              br 2
            end
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 4
        i64.store offset=568
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 5
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 6
  )
  (export "r0" (func $r0))
)
