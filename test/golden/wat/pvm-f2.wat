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
            ;; @0: load_imm_64 a0, 0x567800001234
            i64.const 95073396068916
            local.set 4
            ;; @10: fallthrough
            ;; @11: trap
            local.get 0
            i32.const 0
            i32.store offset=16
            i32.const 64
            local.set 5
            i32.const -3
            local.set 6
            br 1
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
