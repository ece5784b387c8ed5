(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32 i32) (result i32)
    (local i32 i64 i32 i32 i32)
    block
      block
        block
          local.get 0
          i64.load offset=424
          local.set 6
          local.get 2
          i32.const 3
          i32.sub
          local.tee 2
          i32.const 0
          i32.lt_s
          if
            local.get 2
            i32.const 3
            i32.add
            local.set 2
            i32.const 0
            local.set 7
            i32.const -1
            local.set 9
            br 1
          end
          ;; @0: branch_eq_imm a0, 0, -1
          local.get 6
          i64.const 0
          i64.eq
          if
            local.get 2
            i32.const 2
            i32.add
            local.set 2
            i32.const 16
            local.set 7
            i32.const -3
            local.set 9
            br 1
          else
            ;; @4: add_imm_64 a0, a0, 1
            local.get 6
            i64.const 1
            i64.add
            local.set 6
            ;; @7: trap
            local.get 0
            i32.const 0
            i32.store offset=16
            i32.const 64
            local.set 7
            i32.const -3
            local.set 9
            br 2
          end
          unreachable
        end
        br 1
      end
      local.get 0
      local.get 6
      i64.store offset=424
      br 0
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 7
    i32.add
    i32.store
    local.get 0
    local.get 2
    i32.store offset=4
    local.get 9
  )
  (export "r0" (func $r0))
)
