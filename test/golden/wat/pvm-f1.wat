(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i32 i32 i32 i32)
    block
      block
        block
          local.get 1
          i32.const 1
          i32.sub
          local.tee 1
          i32.const 0
          i32.lt_s
          if
            local.get 1
            i32.const 1
            i32.add
            local.set 1
            i32.const 0
            local.set 4
            i32.const -1
            local.set 5
            br 1
          end
          ;; @0: ecalli 24
          i32.const 24
          local.set 7
          local.get 0
          local.get 0
          i32.load offset=60
          i32.const 16
          i32.add
          i32.store
          local.get 0
          local.get 1
          i32.store offset=4
          local.get 0
          local.get 7
          i32.store offset=16
          local.get 0
          local.get 7
          call $import.host
          local.get 0
          i32.load offset=4
          local.set 1
          if
            i32.const -6
            return
          end
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
            i32.const 32
            local.set 4
            i32.const -1
            local.set 5
            br 1
          end
          ;; @2: fallthrough
          ;; @3: trap
          local.get 0
          i32.const 0
          i32.store offset=16
          i32.const 80
          local.set 4
          i32.const -3
          local.set 5
          br 0
          unreachable
        end
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 4
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 5
  )
  (export "r0" (func $r0))
)
