(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i64 i32 i32 i32 i32)
    block
      block
        block
          block
            local.get 0
            i64.load offset=568
            local.set 4
            local.get 0
            i64.load offset=576
            local.set 5
            local.get 0
            i64.load offset=584
            local.set 6
            loop
              block
                block
                  block
                    block
                      block
                        block
                          local.get 10
                          br_table 0 1 2 3 4 5 0
                        end
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
                          local.set 7
                          i32.const -1
                          local.set 8
                          br 7
                        end
                        ;; @0: branch_eq_imm a0, 0, @11
                        local.get 4
                        i64.const 0
                        i64.eq
                        if
                          i32.const 3
                          local.set 10
                          br 6
                        else
                          i32.const 1
                          local.set 10
                          br 6
                        end
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
                        local.set 7
                        i32.const -1
                        local.set 8
                        br 7
                      end
                      ;; @3: add_imm_64 a1, a1, 1
                      local.get 5
                      i64.const 1
                      i64.add
                      local.set 5
                      ;; @6: branch_eq_imm a1, 9, @19
                      local.get 5
                      i64.const 9
                      i64.eq
                      if
                        i32.const 5
                        local.set 10
                        br 5
                      else
                        i32.const 2
                        local.set 10
                        br 5
                      end
                    end
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
                      i32.const 80
                      local.set 7
                      i32.const -1
                      local.set 8
                      br 6
                    end
                    ;; @10: fallthrough
                    i32.const 3
                    local.set 10
                    br 3
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
                    i32.const 112
                    local.set 7
                    i32.const -1
                    local.set 8
                    br 5
                  end
                  ;; @11: add_imm_64 a2, a2, 1
                  local.get 6
                  i64.const 1
                  i64.add
                  local.set 6
                  ;; @14: branch_ne_imm a2, 9, @3
                  local.get 6
                  i64.const 9
                  i64.ne
                  if
                    i32.const 1
                    local.set 10
                    br 3
                  else
                    i32.const 4
                    local.set 10
                    br 3
                  end
                end
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
                  i32.const 160
                  local.set 7
                  i32.const -1
                  local.set 8
                  br 4
                end
                ;; @18: fallthrough
                i32.const 5
                local.set 10
                br 1
              end
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
                i32.const 192
                local.set 7
                i32.const -1
                local.set 8
                br 3
              end
              ;; @19: trap
              local.get 0
              i32.const 0
              i32.store offset=16
              i32.const 208
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
        local.get 5
        i64.store offset=576
        local.get 0
        local.get 6
        i64.store offset=584
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
