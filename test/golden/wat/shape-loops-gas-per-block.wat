(module
  (type (;0;) (func (param i32 i32) (result i32)))
  (type (;1;) (func (param i32 i32 i32 i32) (result i32)))
  (import "vivarium" "memory" (memory 1))
  (import "vivarium" "table" (table 0 funcref))
  (import "vivarium" "host" (func $import.host (type 0)))
  (func $r0 (type 1) (param i32 i32 i32 i32) (result i32)
    (local i64 i64 i64 i64 i64 i64 i64 i32 i32 i32 i32 i32 i32 i32 i32 i64)
    block
      block
        block
          block
            local.get 0
            i64.load offset=560
            local.set 5
            local.get 0
            i64.load offset=528
            local.set 6
            local.get 0
            i64.load offset=568
            local.set 7
            local.get 0
            i64.load offset=536
            local.set 8
            local.get 0
            i64.load offset=520
            local.set 9
            local.get 0
            i64.load offset=576
            local.set 10
            local.get 0
            i32.load offset=400
            local.set 14
            local.get 0
            i32.load offset=404
            local.set 15
            local.get 0
            i32.load offset=408
            local.set 16
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
              local.set 11
              i32.const -1
              local.set 12
              br 1
            end
            ;; @0: load_imm s0, 10
            i64.const 10
            local.set 4
            ;; @3: fallthrough
            loop
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
                i32.const 48
                local.set 11
                i32.const -1
                local.set 12
                br 3
              end
              ;; @4: load_imm s1, 20
              i64.const 20
              local.set 5
              ;; @7: fallthrough
              loop
                local.get 1
                i32.const 54
                i32.sub
                local.tee 1
                i32.const 0
                i32.lt_s
                if
                  local.get 1
                  i32.const 54
                  i32.add
                  local.set 1
                  i32.const 96
                  local.set 11
                  i32.const -1
                  local.set 12
                  br 4
                end
                ;; @8: load_ind_u32 a0, t0, 4
                local.get 6
                i32.wrap_i64
                i32.const 4
                i32.add
                local.set 17
                block (result i64)
                  block
                    local.get 17
                    i32.const 131072
                    i32.sub
                    local.get 14
                    i32.ge_u
                    br_if 0
                    local.get 16
                    local.get 17
                    i32.add
                    i64.load32_u
                    br 1
                  end
                  local.get 0
                  local.get 17
                  i32.store offset=80
                  local.get 0
                  i32.const 24
                  i32.store offset=84
                  local.get 1
                  i32.const 4
                  i32.add
                  local.set 1
                  i32.const 112
                  local.set 11
                  i32.const -22
                  local.set 12
                  br 4
                end
                local.set 7
                ;; @11: store_ind_u32 a0, t1, 8
                local.get 8
                i32.wrap_i64
                i32.const 8
                i32.add
                local.set 17
                local.get 7
                local.set 19
                block
                  block
                    local.get 17
                    i32.const 131072
                    i32.sub
                    local.get 15
                    i32.ge_u
                    br_if 0
                    local.get 16
                    local.get 17
                    i32.add
                    local.get 19
                    i64.store32
                    br 1
                  end
                  local.get 0
                  local.get 17
                  i32.store offset=80
                  local.get 0
                  i32.const 40
                  i32.store offset=84
                  local.get 1
                  i32.const 4
                  i32.add
                  local.set 1
                  i32.const 128
                  local.set 11
                  i32.const -22
                  local.set 12
                  br 4
                end
                ;; @14: load_ind_u8 a1, sp, 0
                local.get 9
                i32.wrap_i64
                i32.const 0
                i32.add
                local.set 17
                block (result i64)
                  block
                    local.get 17
                    i32.const 131072
                    i32.sub
                    local.get 14
                    i32.ge_u
                    br_if 0
                    local.get 16
                    local.get 17
                    i32.add
                    i64.load8_u
                    br 1
                  end
                  local.get 0
                  local.get 17
                  i32.store offset=80
                  local.get 0
                  i32.const 48
                  i32.store offset=84
                  local.get 1
                  i32.const 4
                  i32.add
                  local.set 1
                  i32.const 144
                  local.set 11
                  i32.const -22
                  local.set 12
                  br 4
                end
                local.set 10
                ;; @16: add_imm_64 s1, s1, -1
                local.get 5
                i64.const -1
                i64.add
                local.set 5
                ;; @19: branch_ne_imm s1, 0, @8
                local.get 5
                i64.const 0
                i64.ne
                if
                  local.get 1
                  i32.const 4
                  i32.add
                  local.set 1
                  br 1
                else
                  ;; @22: add_imm_64 s0, s0, -1
                  local.get 4
                  i64.const -1
                  i64.add
                  local.set 4
                  ;; @25: branch_ne_imm s0, 0, @4
                  local.get 4
                  i64.const 0
                  i64.ne
                  if
                    local.get 1
                    i32.const 2
                    i32.add
                    local.set 1
                    br 3
                  else
                    ;; @28: trap
                    local.get 0
                    i32.const 0
                    i32.store offset=16
                    i32.const 256
                    local.set 11
                    i32.const -3
                    local.set 12
                    br 5
                  end
                end
              end
            end
            unreachable
          end
          br 2
        end
        local.get 0
        local.get 4
        i64.store offset=552
        local.get 0
        local.get 5
        i64.store offset=560
        local.get 0
        local.get 7
        i64.store offset=568
        local.get 0
        local.get 10
        i64.store offset=576
        br 1
      end
      unreachable
    end
    local.get 0
    local.get 0
    i32.load offset=60
    local.get 11
    i32.add
    i32.store
    local.get 0
    local.get 1
    i32.store offset=4
    local.get 12
  )
  (export "r0" (func $r0))
)
