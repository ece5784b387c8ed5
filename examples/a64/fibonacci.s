// Fibonacci numbers: main by addition, recursive by the book.
main:
        mov     x1, #0
        mov     x2, #1
        cbz     x0, 2f
1:      add     x3, x1, x2
        mov     x1, x2
        mov     x2, x3
        subs    x0, x0, #1
        b.ne    1b
2:      mov     x0, x1
        ret

recursive:
        cmp     x0, #2
        b.lo    3f
        stp     x29, x30, [sp, #-32]!
        str     x19, [sp, #16]
        mov     x19, x0
        sub     x0, x0, #1
        bl      recursive
        sub     x1, x19, #2
        mov     x19, x0
        mov     x0, x1
        bl      recursive
        add     x0, x0, x19
        ldr     x19, [sp, #16]
        ldp     x29, x30, [sp], #32
3:      ret
