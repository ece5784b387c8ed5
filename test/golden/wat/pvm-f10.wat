(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i32 i32 i32)
    block
      block
        block
          local.get 0
          i64.load offset=568
          local.set 4
          local.get 0
          i64.load offset=576
          local.set 5
          block
            local.get 1
            i32.const 8
            i32.sub
            local.tee 1
            i32.const 0
            i32.lt_s
            if
              local.get 1
              i32.const 8
              i32.add
              local.set 1
              i32.const 0
              local.set 6
              i32.const -1
              local.set 7
              br 2
            end
            ;; @0: branch_eq a0, a1, @19
            local.get 4
            local.get 5
            i64.eq
            if
              local.get 1
              i32.const 6
              i32.add
              local.set 1
              br 1
            else
              ;; @3: branch_ne a0, a1, @19
              local.get 4
              local.get 5
              i64.ne
              if
                local.get 1
                i32.const 5
                i32.add
                local.set 1
                br 2
              else
                ;; @6: branch_lt_u a0, a1, @19
                local.get 4
                local.get 5
                i64.lt_u
                if
                  local.get 1
                  i32.const 4
                  i32.add
                  local.set 1
                  br 3
                else
                  ;; @9: branch_lt_s a0, a1, @19
                  local.get 4
                  local.get 5
                  i64.lt_s
                  if
                    local.get 1
                    i32.const 3
                    i32.add
                    local.set 1
                    br 4
                  else
                    ;; @12: branch_ge_u a0, a1, @19
                    local.get 4
                    local.get 5
                    i64.ge_u
                    if
                      local.get 1
                      i32.const 2
                      i32.add
                      local.set 1
                      br 5
                    else
                      ;; @15: branch_ge_s a0, a1, @19
                      local.get 4
                      local.get 5
                      i64.ge_s
                      if
                        local.get 1
                        i32.const 1
                        i32.add
                        local.set 1
                        br 6
                      else
                        ;; @18: fallthrough
                        br 6
                      end
                    end
                  end
                end
              end
            end
          end
          ;; @19: trap
          local.get 0
          i32.const 0
          i32.store offset=16
          i32.const 240
          local.set 6
          i32.const -3
          local.set 7
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
