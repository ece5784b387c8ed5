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
          block
            local.get 0
            i64.load offset=528
            local.set 4
            local.get 0
            i64.load offset=568
            local.set 5
            block
              local.get 1
              i32.const 13
              i32.sub
              local.tee 1
              i32.const 0
              i32.lt_s
              if
                local.get 1
                i32.const 13
                i32.add
                local.set 1
                i32.const 0
                local.set 6
                i32.const -1
                local.set 7
                br 2
              end
              ;; @0: branch_ne_imm t0, 1, @8
              local.get 4
              i64.const 1
              i64.ne
              if
                ;; @8: branch_eq_imm a0, 24, @49
                local.get 5
                i64.const 24
                i64.eq
                if
                  local.get 1
                  i32.const 10
                  i32.add
                  local.set 1
                  br 2
                else
                  ;; @12: branch_ne_imm a0, 24, @49
                  local.get 5
                  i64.const 24
                  i64.ne
                  if
                    local.get 1
                    i32.const 9
                    i32.add
                    local.set 1
                    br 3
                  else
                    ;; @16: branch_lt_u_imm a0, 24, @49
                    local.get 5
                    i64.const 24
                    i64.lt_u
                    if
                      local.get 1
                      i32.const 8
                      i32.add
                      local.set 1
                      br 4
                    else
                      ;; @20: branch_le_u_imm a0, 24, @49
                      local.get 5
                      i64.const 24
                      i64.le_u
                      if
                        local.get 1
                        i32.const 7
                        i32.add
                        local.set 1
                        br 5
                      else
                        ;; @24: branch_ge_u_imm a0, 24, @49
                        local.get 5
                        i64.const 24
                        i64.ge_u
                        if
                          local.get 1
                          i32.const 6
                          i32.add
                          local.set 1
                          br 6
                        else
                          ;; @28: branch_gt_u_imm a0, 24, @49
                          local.get 5
                          i64.const 24
                          i64.gt_u
                          if
                            local.get 1
                            i32.const 5
                            i32.add
                            local.set 1
                            br 7
                          else
                            ;; @32: branch_lt_s_imm a0, 24, @49
                            local.get 5
                            i64.const 24
                            i64.lt_s
                            if
                              local.get 1
                              i32.const 4
                              i32.add
                              local.set 1
                              br 8
                            else
                              ;; @36: branch_le_s_imm a0, 24, @49
                              local.get 5
                              i64.const 24
                              i64.le_s
                              if
                                local.get 1
                                i32.const 3
                                i32.add
                                local.set 1
                                br 9
                              else
                                ;; @40: branch_ge_s_imm a0, 24, @49
                                local.get 5
                                i64.const 24
                                i64.ge_s
                                if
                                  local.get 1
                                  i32.const 2
                                  i32.add
                                  local.set 1
                                  br 10
                                else
                                  ;; @44: branch_gt_s_imm a0, 24, @49
                                  local.get 5
                                  i64.const 24
                                  i64.gt_s
                                  if
                                    local.get 1
                                    i32.const 1
                                    i32.add
                                    local.set 1
                                    br 11
                                  else
                                    ;; @48: fallthrough
                                    br 11
                                  end
                                end
                              end
                            end
                          end
                        end
                      end
                    end
                  end
                end
              else
                local.get 1
                i32.const 10
                i32.add
                local.set 1
                ;; @4: load_imm_jump a0, 24, @49
                i64.const 24
                local.set 5
                br 1
              end
            end
            ;; @49: trap
            local.get 0
            i32.const 0
            i32.store offset=16
            i32.const 432
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
