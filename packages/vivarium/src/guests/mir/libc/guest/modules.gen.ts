/** The guest part of the C library as MIR text, compiled from the C files beside it by `scripts/mir-libc.ts`. */

/** `string.c`. */
export const STRING = `viv.string:	module
proto0:	proto	u64, u64:U0_dest, u64:U0_src, u64:U0_n
proto1:	proto	i32, u64:U0_a, u64:U0_b, u64:U0_n
proto2:	proto	u64, u64:U0_dest, i32:i0_c, u64:U0_n
proto3:	proto	u64, u64:U0_dest, u64:U0_src
proto4:	proto	u64, u64:U0_s
proto5:	proto	i32, u64:U0_a, u64:U0_b
proto6:	proto	i32, i32:i0_c
proto7:	proto	u64, u64:U0_s, i32:i0_c
proto8:	proto	u64, u64:U0_s, u64:U0_reject
proto9:	proto	u64, u64:U0_s, u64:U0_accept
proto10:	proto	u64, u64:U0_s, u64:U0_delim, u64:U0_save
memcpy:	func	u64, u64:U0_dest, u64:U0_src, u64:U0_n
	local	i64:U0_d, i64:U0_s, i64:i_0, i64:U_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5
	local	i64:U_6, i64:U_7, i64:U_8, i64:i_9, i64:i_10, i64:U_11, i64:U_12, i64:U_13
	local	i64:U_14, i64:I_15, i64:U_16, i64:i_17
	mov	U0_d, U0_dest
	mov	U0_s, U0_src
	ublt	L3, U0_n, 8
L1:
	mov	U_1, U0_d
	mov	U_2, U0_s
	mov	i64:(U_1), i64:(U_2)
L2:
	mov	U_3, U0_n
	sub	U_3, U_3, 8
	mov	U0_n, U_3
	mov	U_5, U0_d
	add	U_5, U_5, 8
	mov	U0_d, U_5
	mov	U_7, U0_s
	add	U_7, U_7, 8
	mov	U0_s, U_7
	mov	U_8, U_7
	ubge	L1, U0_n, 8
L3:
	uble	L6, U0_n, 0
L4:
	mov	U_11, U0_d
	mov	U_12, U0_d
	add	U_12, U_12, 1
	mov	U0_d, U_12
	mov	U_13, U0_s
	mov	U_14, U0_s
	add	U_14, U_14, 1
	mov	U0_s, U_14
	ext8	I_15, i8:(U_13)
	mov	i8:(U_11), I_15
L5:
	mov	U_16, U0_n
	sub	U_16, U_16, 1
	mov	U0_n, U_16
	ubgt	L4, U0_n, 0
L6:
	ret	U0_dest
	endfunc
	export	memcpy
mempcpy:	func	u64, u64:U0_dest, u64:U0_src, u64:U0_n
	local	i64:U_0, i64:U_1, i64:U_2, i64:U_3
	call	proto0, memcpy, U_0, U0_dest, U0_src, U0_n
	mov	U_1, U_0
	mul	U_3, U0_n, 1
	add	U_2, U_1, U_3
	ret	U_2
	endfunc
	export	mempcpy
memmove:	func	u64, u64:U0_dest, u64:U0_src, u64:U0_n
	local	i64:U0_d, i64:U0_s, i64:i_0, i64:U_1, i64:U_2, i64:i_3, i64:U_4, i64:U_5
	local	i64:U_6, i64:U_7, i64:U_8, i64:U_9, i64:U_10, i64:i_11, i64:U_12, i64:U_13
	local	i64:U_14, i64:U_15, i64:U_16, i64:U_17, i64:U_18, i64:U_19, i64:i_20, i64:i_21
	local	i64:U_22, i64:U_23, i64:U_24, i64:U_25, i64:I_26, i64:U_27, i64:i_28
	mov	U0_d, U0_dest
	mov	U0_s, U0_src
	uble	L7, U0_d, U0_s
L10:
	mul	U_2, U0_n, 1
	add	U_1, U0_s, U_2
	ublt	L8, U0_d, U_1
L7:
	call	proto0, memcpy, U_4, U0_dest, U0_src, U0_n
	ret	U_4
	jmp	L9
L8:
L9:
	mov	U_5, U0_d
	mul	U_6, U0_n, 1
	add	U_5, U_5, U_6
	mov	U0_d, U_5
	mov	U_8, U0_s
	mul	U_9, U0_n, 1
	add	U_8, U_8, U_9
	mov	U0_s, U_8
	ublt	L13, U0_n, 8
L11:
	mov	U_12, U0_d
	sub	U_12, U_12, 8
	mov	U0_d, U_12
	mov	U_14, U0_s
	sub	U_14, U_14, 8
	mov	U0_s, U_14
	mov	U_16, U0_d
	mov	U_17, U0_s
	mov	i64:(U_16), i64:(U_17)
L12:
	mov	U_18, U0_n
	sub	U_18, U_18, 8
	mov	U0_n, U_18
	ubge	L11, U0_n, 8
L13:
	uble	L16, U0_n, 0
L14:
	mov	U_22, U0_d
	sub	U_22, U_22, 1
	mov	U0_d, U_22
	mov	U_23, U_22
	mov	U_24, U0_s
	sub	U_24, U_24, 1
	mov	U0_s, U_24
	mov	U_25, U_24
	ext8	I_26, i8:(U_25)
	mov	i8:(U_23), I_26
L15:
	mov	U_27, U0_n
	sub	U_27, U_27, 1
	mov	U0_n, U_27
	ubgt	L14, U0_n, 0
L16:
	ret	U0_dest
	endfunc
	export	memmove
memset:	func	u64, u64:U0_dest, i32:i0_c, u64:U0_n
	local	i64:U0_d, i64:U0_word, i64:I_0, i64:U_1, i64:i_2, i64:U_3, i64:U_4, i64:U_5
	local	i64:U_6, i64:U_7, i64:i_8, i64:i_9, i64:U_10, i64:U_11, i64:I_12, i64:U_13
	local	i64:i_14
	mov	U0_d, U0_dest
	uext8	I_0, i0_c
	mul	U_1, I_0, 72340172838076673
	mov	U0_word, U_1
	ublt	L19, U0_n, 8
L17:
	mov	U_3, U0_d
	mov	u64:(U_3), U0_word
L18:
	mov	U_4, U0_n
	sub	U_4, U_4, 8
	mov	U0_n, U_4
	mov	U_6, U0_d
	add	U_6, U_6, 8
	mov	U0_d, U_6
	mov	U_7, U_6
	ubge	L17, U0_n, 8
L19:
	uble	L22, U0_n, 0
L20:
	mov	U_10, U0_d
	mov	U_11, U0_d
	add	U_11, U_11, 1
	mov	U0_d, U_11
	ext8	I_12, i0_c
	mov	i8:(U_10), I_12
L21:
	mov	U_13, U0_n
	sub	U_13, U_13, 1
	mov	U0_n, U_13
	ubgt	L20, U0_n, 0
L22:
	ret	U0_dest
	endfunc
	export	memset
memcmp:	func	i32, u64:U0_a, u64:U0_b, u64:U0_n
	local	i64:U0_p, i64:U0_q, i64:i_0, i64:U_1, i64:U_2, i64:i_3, i64:U_4, i64:U_5
	local	i64:U_6, i64:U_7, i64:U_8, i64:U_9, i64:i_10, i64:U_11, i64:U_12, i64:i_13
	local	i64:i_14, i64:i_15, i64:i_16, i64:U_17, i64:U_18, i64:U_19, i64:U_20, i64:i_21
	mov	U0_p, U0_a
	mov	U0_q, U0_b
	ublt	L25, U0_n, 8
L26:
	mov	U_1, U0_p
	mov	U_2, U0_q
	bne	L25, i64:(U_1), i64:(U_2)
L23:
L24:
	mov	U_4, U0_n
	sub	U_4, U_4, 8
	mov	U0_n, U_4
	mov	U_6, U0_p
	add	U_6, U_6, 8
	mov	U0_p, U_6
	mov	U_8, U0_q
	add	U_8, U_8, 8
	mov	U0_q, U_8
	mov	U_9, U_8
	ublt	L25, U0_n, 8
L27:
	mov	U_11, U0_p
	mov	U_12, U0_q
	beq	L23, i64:(U_11), i64:(U_12)
L25:
	uble	L30, U0_n, 0
L28:
	beqs	L32, u8:(U0_p), u8:(U0_q)
L31:
	subs	i_16, u8:(U0_p), u8:(U0_q)
	ret	i_16
	jmp	L33
L32:
L33:
L29:
	mov	U_17, U0_n
	sub	U_17, U_17, 1
	mov	U0_n, U_17
	mov	U_18, U0_p
	add	U_18, U_18, 1
	mov	U0_p, U_18
	mov	U_19, U0_q
	mov	U_20, U0_q
	add	U_20, U_20, 1
	mov	U0_q, U_20
	ubgt	L28, U0_n, 0
L30:
	ret	0
	endfunc
	export	memcmp
bcmp:	func	i32, u64:U0_a, u64:U0_b, u64:U0_n
	local	i64:i_0
	call	proto1, memcmp, i_0, U0_a, U0_b, U0_n
	ret	i_0
	endfunc
	export	bcmp
bzero:	func	u64:U0_p, u64:U0_n
	local	i64:U_0
	call	proto2, memset, U_0, U0_p, 0, U0_n
	ret
	endfunc
	export	bzero
bcopy:	func	u64:U0_s, u64:U0_d, u64:U0_n
	local	i64:U_0
	call	proto0, memmove, U_0, U0_d, U0_s, U0_n
	ret
	endfunc
	export	bcopy
memchr:	func	u64, u64:U0_s, i32:i0_c, u64:U0_n
	local	i64:U0_p, i64:i_0, i64:I_1, i64:i_2, i64:U_3, i64:U_4, i64:U_5, i64:U_6
	local	i64:i_7
	mov	U0_p, U0_s
	uble	L36, U0_n, 0
L34:
	uext8	I_1, i0_c
	bnes	L38, u8:(U0_p), I_1
L37:
	mov	U_3, U0_p
	ret	U_3
	jmp	L39
L38:
L39:
L35:
	mov	U_4, U0_n
	sub	U_4, U_4, 1
	mov	U0_n, U_4
	mov	U_5, U0_p
	mov	U_6, U0_p
	add	U_6, U_6, 1
	mov	U0_p, U_6
	ubgt	L34, U0_n, 0
L36:
	ret	0
	endfunc
	export	memchr
memrchr:	func	u64, u64:U0_s, i32:i0_c, u64:U0_n
	local	i64:U0_p, i64:U_0, i64:U_1, i64:U_2, i64:i_3, i64:U_4, i64:U_5, i64:I_6
	local	i64:i_7, i64:U_8, i64:U_9, i64:i_10
	mov	U_0, U0_s
	mul	U_2, U0_n, 1
	add	U_1, U_0, U_2
	mov	U0_p, U_1
	uble	L42, U0_n, 0
L40:
	mov	U_4, U0_p
	sub	U_4, U_4, 1
	mov	U0_p, U_4
	mov	U_5, U_4
	uext8	I_6, i0_c
	bnes	L44, u8:(U_5), I_6
L43:
	mov	U_8, U0_p
	ret	U_8
	jmp	L45
L44:
L45:
L41:
	mov	U_9, U0_n
	sub	U_9, U_9, 1
	mov	U0_n, U_9
	ubgt	L40, U0_n, 0
L42:
	ret	0
	endfunc
	export	memrchr
rawmemchr:	func	u64, u64:U0_s, i32:i0_c
	local	i64:U0_p, i64:I_0, i64:i_1, i64:U_2, i64:I_3, i64:i_4, i64:U_5
	mov	U0_p, U0_s
L47:
	uext8	I_0, i0_c
	beqs	L48, u8:(U0_p), I_0
L46:
	mov	U_2, U0_p
	add	U_2, U_2, 1
	mov	U0_p, U_2
	uext8	I_3, i0_c
	bnes	L46, u8:(U0_p), I_3
L48:
	mov	U_5, U0_p
	ret	U_5
	endfunc
	export	rawmemchr
memmem:	func	u64, u64:U0_hay, u64:U0_hn, u64:U0_needle, u64:U0_nn
	local	i64:U0_h, i64:U0_n, i64:i_0, i64:U_1, i64:i_2, i64:U0_i, i64:U_3, i64:i_4
	local	i64:i_5, i64:i_6, i64:i_7, i64:U_8, i64:U_9, i64:i_10, i64:U_11, i64:U_12
	local	i64:U_13, i64:U_14, i64:U_15, i64:i_16
	mov	U0_h, U0_hay
	mov	U0_n, U0_needle
	bne	L50, U0_nn, 0
L49:
	mov	U_1, U0_h
	ret	U_1
	jmp	L51
L50:
L51:
	uble	L53, U0_nn, U0_hn
L52:
	ret	0
	jmp	L54
L53:
L54:
	mov	U0_i, 0
	sub	U_3, U0_hn, U0_nn
	ubgt	L57, U0_i, U_3
L55:
	mov	i_5, 0
	bnes	L59, u8:(U0_h, U0_i), u8:(U0_n, i_5)
L61:
	mul	U_9, U0_i, 1
	add	U_8, U0_h, U_9
	call	proto1, memcmp, i_7, U_8, U0_n, U0_nn
	bnes	L59, i_7, 0
L58:
	mul	U_12, U0_i, 1
	add	U_11, U0_h, U_12
	mov	U_13, U_11
	ret	U_13
	jmp	L60
L59:
L60:
L56:
	mov	U_14, U0_i
	add	U_14, U_14, 1
	mov	U0_i, U_14
	sub	U_15, U0_hn, U0_nn
	uble	L55, U0_i, U_15
L57:
	ret	0
	endfunc
	export	memmem
strlen:	func	u64, u64:U0_s
	local	i64:U0_p, i64:U_0, i64:U_1, i64:i_2, i64:i_3, i64:I_4, i64:U_5, i64:U_6
	local	i64:U_7, i64:i_8, i64:U0_w, i64:U_9, i64:U_10, i64:U_11, i64:U_12, i64:U_13
	local	i64:U_14, i64:U_15, i64:U_16, i64:I_17
	mov	U0_p, U0_s
	mov	U_0, U0_p
	and	U_1, U_0, 7
	beq	L64, U_1, 0
L62:
	bnes	L66, i8:(U0_p), 0
L65:
	sub	I_4, U0_p, U0_s
	div	I_4, I_4, 1
	ret	I_4
	jmp	L67
L66:
L67:
L63:
	mov	U_5, U0_p
	add	U_5, U_5, 1
	mov	U0_p, U_5
	mov	U_6, U0_p
	and	U_7, U_6, 7
	bne	L62, U_7, 0
L64:
L68:
	mov	U_9, U0_p
	mov	U0_w, u64:(U_9)
	sub	U_10, U0_w, 72340172838076673
	xor	U_11, U0_w, -1
	and	U_12, U_10, U_11
	and	U_13, U_12, 9259542123273814144
	bf	L72, U_13
L71:
	jmp	L70
	jmp	L73
L72:
L73:
L69:
	mov	U_14, U0_p
	add	U_14, U_14, 8
	mov	U0_p, U_14
	jmp	L68
L70:
L75:
	bf	L76, i8:(U0_p)
L74:
	mov	U_16, U0_p
	add	U_16, U_16, 1
	mov	U0_p, U_16
	bt	L74, i8:(U0_p)
L76:
	sub	I_17, U0_p, U0_s
	div	I_17, I_17, 1
	ret	I_17
	endfunc
	export	strlen
strnlen:	func	u64, u64:U0_s, u64:U0_n
	local	i64:U0_i, i64:i_0, i64:U_1, i64:i_2
	mov	U0_i, 0
	ubge	L79, U0_i, U0_n
L80:
	bf	L79, i8:(U0_s, U0_i)
L77:
L78:
	mov	U_1, U0_i
	add	U_1, U_1, 1
	mov	U0_i, U_1
	ubge	L79, U0_i, U0_n
L81:
	bt	L77, i8:(U0_s, U0_i)
L79:
	ret	U0_i
	endfunc
	export	strnlen
strcpy:	func	u64, u64:U0_dest, u64:U0_src
	local	i64:U0_d, i64:U_0, i64:U_1, i64:U_2, i64:U_3, i64:i_4, i64:i_5, i64:I_6
	local	i64:I_7, i64:U_8, i64:U_9, i64:U_10, i64:U_11, i64:i_12, i64:i_13, i64:I_14
	local	i64:I_15
	mov	U0_d, U0_dest
L83:
	mov	U_0, U0_d
	mov	U_1, U0_d
	add	U_1, U_1, 1
	mov	U0_d, U_1
	mov	U_2, U0_src
	mov	U_3, U0_src
	add	U_3, U_3, 1
	mov	U0_src, U_3
	mov	i_4, i8:(U_2)
	ext8	I_6, i_4
	mov	i8:(U_0), I_6
	mov	i_5, I_6
	ext32	I_7, i_5
	bf	L84, I_7
L82:
	mov	U_8, U0_d
	mov	U_9, U0_d
	add	U_9, U_9, 1
	mov	U0_d, U_9
	mov	U_10, U0_src
	mov	U_11, U0_src
	add	U_11, U_11, 1
	mov	U0_src, U_11
	mov	i_12, i8:(U_10)
	ext8	I_14, i_12
	mov	i8:(U_8), I_14
	mov	i_13, I_14
	ext32	I_15, i_13
	bt	L82, I_15
L84:
	ret	U0_dest
	endfunc
	export	strcpy
stpcpy:	func	u64, u64:U0_d, u64:U0_s
	local	i64:i_0, i64:i_1, i64:I_2, i64:I_3, i64:U_4, i64:U_5, i64:i_6, i64:i_7
	local	i64:I_8, i64:I_9
L86:
	mov	i_0, i8:(U0_s)
	ext8	I_2, i_0
	mov	i8:(U0_d), I_2
	mov	i_1, I_2
	ext32	I_3, i_1
	bf	L87, I_3
L85:
	mov	U_4, U0_d
	add	U_4, U_4, 1
	mov	U0_d, U_4
	mov	U_5, U0_s
	add	U_5, U_5, 1
	mov	U0_s, U_5
	mov	i_6, i8:(U0_s)
	ext8	I_8, i_6
	mov	i8:(U0_d), I_8
	mov	i_7, I_8
	ext32	I_9, i_7
	bt	L85, I_9
L87:
	ret	U0_d
	endfunc
	export	stpcpy
strncpy:	func	u64, u64:U0_dest, u64:U0_src, u64:U0_n
	local	i64:U0_i, i64:i_0, i64:I_1, i64:U_2, i64:i_3, i64:i_4, i64:I_5, i64:U_6
	local	i64:i_7
	mov	U0_i, 0
	ubge	L90, U0_i, U0_n
L91:
	bf	L90, i8:(U0_src, U0_i)
L88:
	ext8	I_1, i8:(U0_src, U0_i)
	mov	i8:(U0_dest, U0_i), I_1
L89:
	mov	U_2, U0_i
	add	U_2, U_2, 1
	mov	U0_i, U_2
	ubge	L90, U0_i, U0_n
L92:
	bt	L88, i8:(U0_src, U0_i)
L90:
	ubge	L95, U0_i, U0_n
L93:
	ext8	I_5, 0
	mov	i8:(U0_dest, U0_i), I_5
L94:
	mov	U_6, U0_i
	add	U_6, U_6, 1
	mov	U0_i, U_6
	ublt	L93, U0_i, U0_n
L95:
	ret	U0_dest
	endfunc
	export	strncpy
strcat:	func	u64, u64:U0_dest, u64:U0_src
	local	i64:U_0, i64:U_1, i64:U_2, i64:U_3
	call	proto4, strlen, U_1, U0_dest
	mul	U_3, U_1, 1
	add	U_2, U0_dest, U_3
	call	proto3, strcpy, U_0, U_2, U0_src
	ret	U0_dest
	endfunc
	export	strcat
strncat:	func	u64, u64:U0_dest, u64:U0_src, u64:U0_n
	local	i64:U0_d, i64:U_0, i64:U_1, i64:U_2, i64:i_3, i64:U_4, i64:U_5, i64:U_6
	local	i64:U_7, i64:I_8, i64:U_9, i64:i_10, i64:I_11
	call	proto4, strlen, U_0, U0_dest
	mul	U_2, U_0, 1
	add	U_1, U0_dest, U_2
	mov	U0_d, U_1
	uble	L98, U0_n, 0
L99:
	bf	L98, i8:(U0_src)
L96:
	mov	U_4, U0_d
	mov	U_5, U0_d
	add	U_5, U_5, 1
	mov	U0_d, U_5
	mov	U_6, U0_src
	mov	U_7, U0_src
	add	U_7, U_7, 1
	mov	U0_src, U_7
	ext8	I_8, i8:(U_6)
	mov	i8:(U_4), I_8
L97:
	mov	U_9, U0_n
	sub	U_9, U_9, 1
	mov	U0_n, U_9
	uble	L98, U0_n, 0
L100:
	bt	L96, i8:(U0_src)
L98:
	ext8	I_11, 0
	mov	i8:(U0_d), I_11
	ret	U0_dest
	endfunc
	export	strncat
strcmp:	func	i32, u64:U0_a, u64:U0_b
	local	i64:i_0, i64:U_1, i64:U_2, i64:i_3, i64:I_4, i64:I_5, i64:i_6
L102:
	bf	L103, i8:(U0_a)
L104:
	bnes	L103, i8:(U0_a), i8:(U0_b)
L101:
	mov	U_1, U0_a
	add	U_1, U_1, 1
	mov	U0_a, U_1
	mov	U_2, U0_b
	add	U_2, U_2, 1
	mov	U0_b, U_2
	bf	L103, i8:(U0_a)
L105:
	beqs	L101, i8:(U0_a), i8:(U0_b)
L103:
	uext8	I_4, i8:(U0_a)
	uext8	I_5, i8:(U0_b)
	subs	i_6, I_4, I_5
	ret	i_6
	endfunc
	export	strcmp
strcoll:	func	i32, u64:U0_a, u64:U0_b
	local	i64:i_0
	call	proto5, strcmp, i_0, U0_a, U0_b
	ret	i_0
	endfunc
	export	strcoll
strncmp:	func	i32, u64:U0_a, u64:U0_b, u64:U0_n
	local	i64:i_0, i64:i_1, i64:i_2, i64:I_3, i64:I_4, i64:i_5, i64:U_6, i64:U_7
	local	i64:U_8, i64:U_9, i64:i_10
	uble	L108, U0_n, 0
L106:
	bnes	L109, i8:(U0_a), i8:(U0_b)
L112:
	bnes	L110, i8:(U0_a), 0
L109:
	uext8	I_3, i8:(U0_a)
	uext8	I_4, i8:(U0_b)
	subs	i_5, I_3, I_4
	ret	i_5
	jmp	L111
L110:
L111:
L107:
	mov	U_6, U0_n
	sub	U_6, U_6, 1
	mov	U0_n, U_6
	mov	U_7, U0_a
	add	U_7, U_7, 1
	mov	U0_a, U_7
	mov	U_8, U0_b
	mov	U_9, U0_b
	add	U_9, U_9, 1
	mov	U0_b, U_9
	ubgt	L106, U0_n, 0
L108:
	ret	0
	endfunc
	export	strncmp
lower:	func	i32, i32:i0_c
	local	i64:i_0, i64:i_1, i64:i_2, i64:i_3
	blts	L114, i0_c, 65
L116:
	bgts	L114, i0_c, 90
L113:
	adds	i_2, i0_c, 32
	mov	i_3, i_2
	jmp	L115
L114:
	mov	i_3, i0_c
L115:
	ret	i_3
	endfunc
strcasecmp:	func	i32, u64:U0_a, u64:U0_b
	local	i64:i_0, i64:I_1, i64:i_2, i64:I_3, i64:i_4, i64:U_5, i64:U_6, i64:i_7
	local	i64:I_8, i64:i_9, i64:I_10, i64:i_11, i64:i_12, i64:I_13, i64:i_14, i64:I_15
	local	i64:i_16
L118:
	bf	L119, i8:(U0_a)
L120:
	uext8	I_1, i8:(U0_a)
	call	proto6, lower, i_0, I_1
	uext8	I_3, i8:(U0_b)
	call	proto6, lower, i_2, I_3
	bnes	L119, i_0, i_2
L117:
	mov	U_5, U0_a
	add	U_5, U_5, 1
	mov	U0_a, U_5
	mov	U_6, U0_b
	add	U_6, U_6, 1
	mov	U0_b, U_6
	bf	L119, i8:(U0_a)
L121:
	uext8	I_8, i8:(U0_a)
	call	proto6, lower, i_7, I_8
	uext8	I_10, i8:(U0_b)
	call	proto6, lower, i_9, I_10
	beqs	L117, i_7, i_9
L119:
	uext8	I_13, i8:(U0_a)
	call	proto6, lower, i_12, I_13
	uext8	I_15, i8:(U0_b)
	call	proto6, lower, i_14, I_15
	subs	i_16, i_12, i_14
	ret	i_16
	endfunc
	export	strcasecmp
strncasecmp:	func	i32, u64:U0_a, u64:U0_b, u64:U0_n
	local	i64:i_0, i64:i_1, i64:I_2, i64:i_3, i64:I_4, i64:i_5, i64:i_6, i64:i_7
	local	i64:I_8, i64:i_9, i64:I_10, i64:i_11, i64:U_12, i64:U_13, i64:U_14, i64:U_15
	local	i64:i_16
	uble	L124, U0_n, 0
L122:
	uext8	I_2, i8:(U0_a)
	call	proto6, lower, i_1, I_2
	uext8	I_4, i8:(U0_b)
	call	proto6, lower, i_3, I_4
	bnes	L125, i_1, i_3
L128:
	bnes	L126, i8:(U0_a), 0
L125:
	uext8	I_8, i8:(U0_a)
	call	proto6, lower, i_7, I_8
	uext8	I_10, i8:(U0_b)
	call	proto6, lower, i_9, I_10
	subs	i_11, i_7, i_9
	ret	i_11
	jmp	L127
L126:
L127:
L123:
	mov	U_12, U0_n
	sub	U_12, U_12, 1
	mov	U0_n, U_12
	mov	U_13, U0_a
	add	U_13, U_13, 1
	mov	U0_a, U_13
	mov	U_14, U0_b
	mov	U_15, U0_b
	add	U_15, U_15, 1
	mov	U0_b, U_15
	ubgt	L122, U0_n, 0
L124:
	ret	0
	endfunc
	export	strncasecmp
strchr:	func	u64, u64:U0_s, i32:i0_c
	local	i64:U0_all, i64:I_0, i64:U_1, i64:U_2, i64:U_3, i64:i_4, i64:I_5, i64:i_6
	local	i64:U_7, i64:i_8, i64:U_9, i64:U_10, i64:U_11, i64:i_12, i64:U0_w, i64:U_13
	local	i64:U_14, i64:U_15, i64:U_16, i64:U_17, i64:U_18, i64:U_19, i64:U_20, i64:U_21
	local	i64:U_22, i64:U_23, i64:U_24, i64:U_25, i64:I_26, i64:i_27, i64:U_28, i64:i_29
	local	i64:U_30
	uext8	I_0, i0_c
	mul	U_1, I_0, 72340172838076673
	mov	U0_all, U_1
	mov	U_2, U0_s
	and	U_3, U_2, 7
	beq	L131, U_3, 0
L129:
	ext8	I_5, i0_c
	bnes	L133, i8:(U0_s), I_5
L132:
	mov	U_7, U0_s
	ret	U_7
	jmp	L134
L133:
L134:
	bnes	L136, i8:(U0_s), 0
L135:
	ret	0
	jmp	L137
L136:
L137:
L130:
	mov	U_9, U0_s
	add	U_9, U_9, 1
	mov	U0_s, U_9
	mov	U_10, U0_s
	and	U_11, U_10, 7
	bne	L129, U_11, 0
L131:
L138:
	mov	U_13, U0_s
	mov	U0_w, u64:(U_13)
	sub	U_14, U0_w, 72340172838076673
	xor	U_15, U0_w, -1
	and	U_16, U_14, U_15
	and	U_17, U_16, 9259542123273814144
	bf	L142, U_17
L141:
	jmp	L140
	jmp	L143
L142:
L143:
	mov	U_18, U0_w
	xor	U_18, U_18, U0_all
	mov	U0_w, U_18
	sub	U_20, U0_w, 72340172838076673
	xor	U_21, U0_w, -1
	and	U_22, U_20, U_21
	and	U_23, U_22, 9259542123273814144
	bf	L145, U_23
L144:
	jmp	L140
	jmp	L146
L145:
L146:
L139:
	mov	U_24, U0_s
	add	U_24, U_24, 8
	mov	U0_s, U_24
	jmp	L138
L140:
L147:
	ext8	I_26, i0_c
	bnes	L151, i8:(U0_s), I_26
L150:
	mov	U_28, U0_s
	ret	U_28
	jmp	L152
L151:
L152:
	bnes	L154, i8:(U0_s), 0
L153:
	ret	0
	jmp	L155
L154:
L155:
L148:
	mov	U_30, U0_s
	add	U_30, U_30, 1
	mov	U0_s, U_30
	jmp	L147
L149:
	ret	0
	endfunc
	export	strchr
strchrnul:	func	u64, u64:U0_s, i32:i0_c
	local	i64:I_0, i64:i_1, i64:U_2, i64:I_3, i64:i_4, i64:U_5
L157:
	bf	L158, i8:(U0_s)
L159:
	ext8	I_0, i0_c
	beqs	L158, i8:(U0_s), I_0
L156:
	mov	U_2, U0_s
	add	U_2, U_2, 1
	mov	U0_s, U_2
	bf	L158, i8:(U0_s)
L160:
	ext8	I_3, i0_c
	bnes	L156, i8:(U0_s), I_3
L158:
	mov	U_5, U0_s
	ret	U_5
	endfunc
	export	strchrnul
strrchr:	func	u64, u64:U0_s, i32:i0_c
	local	i64:U0_last, i64:I_0, i64:i_1, i64:i_2, i64:U_3, i64:U_4
	mov	U0_last, 0
L161:
	ext8	I_0, i0_c
	bnes	L165, i8:(U0_s), I_0
L164:
	mov	U0_last, U0_s
	jmp	L166
L165:
L166:
	bnes	L168, i8:(U0_s), 0
L167:
	mov	U_3, U0_last
	ret	U_3
	jmp	L169
L168:
L169:
L162:
	mov	U_4, U0_s
	add	U_4, U_4, 1
	mov	U0_s, U_4
	jmp	L161
L163:
	ret	0
	endfunc
	export	strrchr
index:	func	u64, u64:U0_s, i32:i0_c
	local	i64:U_0
	call	proto7, strchr, U_0, U0_s, i0_c
	ret	U_0
	endfunc
	export	index
rindex:	func	u64, u64:U0_s, i32:i0_c
	local	i64:U_0
	call	proto7, strrchr, U_0, U0_s, i0_c
	ret	U_0
	endfunc
	export	rindex
strspn:	func	u64, u64:U0_s, u64:U0_accept
	local	i64:U0_n, i64:U_0, i64:U_1, i64:U_2
	mov	U0_n, 0
L171:
	bf	L172, i8:(U0_s, U0_n)
L173:
	call	proto7, strchr, U_0, U0_accept, i8:(U0_s, U0_n)
	bf	L172, U_0
L170:
	mov	U_1, U0_n
	add	U_1, U_1, 1
	mov	U0_n, U_1
	bf	L172, i8:(U0_s, U0_n)
L174:
	call	proto7, strchr, U_2, U0_accept, i8:(U0_s, U0_n)
	bt	L170, U_2
L172:
	ret	U0_n
	endfunc
	export	strspn
strcspn:	func	u64, u64:U0_s, u64:U0_reject
	local	i64:U0_n, i64:i0_a, i64:i_0, i64:I_1, i64:i0_b, i64:i_2, i64:i_3, i64:i_4
	local	i64:I_5, i64:i_6, i64:i_7, i64:i_8, i64:i_9, i64:I_10, i64:i_11, i64:i_12
	local	i64:U_13, i64:i_14, i64:i_15, i64:U_16, i64:U_17, i64:U_18
	mov	U0_n, 0
	mov	i_0, 0
	ext8	I_1, i8:(U0_reject, i_0)
	mov	i0_a, I_1
	bnes	L176, i0_a, 0
L175:
	mov	i_3, 0
	jmp	L177
L176:
	mov	i_4, 1
	mov	i_3, i8:(U0_reject, i_4)
L177:
	ext8	I_5, i_3
	mov	i0_b, I_5
	beqs	L178, i0_b, 0
L181:
	mov	i_7, 2
	bnes	L179, i8:(U0_reject, i_7), 0
L178:
	bnes	L183, i0_b, 0
L182:
	ext8	I_10, i0_a
	mov	i0_b, I_10
	jmp	L184
L183:
L184:
	bf	L187, i8:(U0_s, U0_n)
L189:
	beqs	L187, i8:(U0_s, U0_n), i0_a
L188:
	beqs	L187, i8:(U0_s, U0_n), i0_b
L185:
L186:
	mov	U_13, U0_n
	add	U_13, U_13, 1
	mov	U0_n, U_13
	bf	L187, i8:(U0_s, U0_n)
L191:
	beqs	L187, i8:(U0_s, U0_n), i0_a
L190:
	bnes	L185, i8:(U0_s, U0_n), i0_b
L187:
	ret	U0_n
	jmp	L180
L179:
L180:
L193:
	bf	L194, i8:(U0_s, U0_n)
L195:
	call	proto7, strchr, U_16, U0_reject, i8:(U0_s, U0_n)
	bt	L194, U_16
L192:
	mov	U_17, U0_n
	add	U_17, U_17, 1
	mov	U0_n, U_17
	bf	L194, i8:(U0_s, U0_n)
L196:
	call	proto7, strchr, U_18, U0_reject, i8:(U0_s, U0_n)
	bf	L192, U_18
L194:
	ret	U0_n
	endfunc
	export	strcspn
strpbrk:	func	u64, u64:U0_s, u64:U0_accept
	local	i64:U_0, i64:U_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5
	call	proto8, strcspn, U_0, U0_s, U0_accept
	mov	U_1, U0_s
	mul	U_2, U_0, 1
	add	U_1, U_1, U_2
	mov	U0_s, U_1
	bf	L198, i8:(U0_s)
L197:
	mov	U_4, U0_s
	mov	U_5, U_4
	jmp	L199
L198:
	mov	U_5, 0
L199:
	ret	U_5
	endfunc
	export	strpbrk
strstr:	func	u64, u64:U0_hay, u64:U0_needle
	local	i64:U0_n, i64:U_0, i64:i_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5, i64:i_6
	local	i64:i_7, i64:i_8, i64:U_9, i64:U_10, i64:U_11, i64:U_12, i64:U_13, i64:i_14
	call	proto4, strlen, U_0, U0_needle
	mov	U0_n, U_0
	bne	L201, U0_n, 0
L200:
	mov	U_2, U0_hay
	ret	U_2
	jmp	L202
L201:
L202:
	call	proto7, strchr, U_3, U0_hay, i8:(U0_needle)
	mov	U_4, U_3
	mov	U0_hay, U_4
	mov	U_5, U_4
	beq	L205, U_5, 0
L203:
	call	proto1, strncmp, i_7, U0_hay, U0_needle, U0_n
	bnes	L207, i_7, 0
L206:
	mov	U_9, U0_hay
	ret	U_9
	jmp	L208
L207:
L208:
L204:
	mov	U_10, U0_hay
	add	U_10, U_10, 1
	mov	U0_hay, U_10
	call	proto7, strchr, U_11, U0_hay, i8:(U0_needle)
	mov	U_12, U_11
	mov	U0_hay, U_12
	mov	U_13, U_12
	bne	L203, U_13, 0
L205:
	ret	0
	endfunc
	export	strstr
strtok_r:	func	u64, u64:U0_s, u64:U0_delim, u64:U0_save
	local	i64:i_0, i64:i_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5, i64:i_6, i64:U0_end
	local	i64:U_7, i64:U_8, i64:U_9, i64:U_10, i64:U_11, i64:I_12
	bne	L210, U0_s, 0
L209:
	mov	U0_s, u64:(U0_save)
	jmp	L211
L210:
L211:
	bne	L213, U0_s, 0
L212:
	ret	0
	jmp	L214
L213:
L214:
	call	proto9, strspn, U_2, U0_s, U0_delim
	mov	U_3, U0_s
	mul	U_4, U_2, 1
	add	U_3, U_3, U_4
	mov	U0_s, U_3
	bnes	L216, i8:(U0_s), 0
L215:
	mov	u64:(U0_save), U0_s
	ret	0
	jmp	L217
L216:
L217:
	call	proto8, strcspn, U_7, U0_s, U0_delim
	mul	U_9, U_7, 1
	add	U_8, U0_s, U_9
	mov	U0_end, U_8
	bf	L219, i8:(U0_end)
L218:
	mov	U_10, U0_end
	mov	U_11, U0_end
	add	U_11, U_11, 1
	mov	U0_end, U_11
	ext8	I_12, 0
	mov	i8:(U_10), I_12
	jmp	L220
L219:
L220:
	mov	u64:(U0_save), U0_end
	ret	U0_s
	endfunc
	export	strtok_r
	forward	strtok_state
strtok_state:	bss	8
strtok:	func	u64, u64:U0_s, u64:U0_delim
	local	i64:U_0, i64:I_1, i64:U_2
	mov	I_1, strtok_state
	mov	U_2, I_1
	call	proto10, strtok_r, U_0, U0_s, U0_delim, U_2
	ret	U_0
	endfunc
	export	strtok
strsep:	func	u64, u64:U0_sp, u64:U0_delim
	local	i64:U0_s, i64:i_0, i64:U0_end, i64:U_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5
	local	i64:I_6
	mov	U0_s, u64:(U0_sp)
	bne	L222, U0_s, 0
L221:
	ret	0
	jmp	L223
L222:
L223:
	call	proto8, strcspn, U_1, U0_s, U0_delim
	mul	U_3, U_1, 1
	add	U_2, U0_s, U_3
	mov	U0_end, U_2
	bf	L225, i8:(U0_end)
L224:
	mov	U_4, U0_end
	mov	U_5, U0_end
	add	U_5, U_5, 1
	mov	U0_end, U_5
	ext8	I_6, 0
	mov	i8:(U_4), I_6
	jmp	L226
L225:
	mov	U0_end, 0
L226:
	mov	u64:(U0_sp), U0_end
	ret	U0_s
	endfunc
	export	strsep
strxfrm:	func	u64, u64:U0_dest, u64:U0_src, u64:U0_n
	local	i64:U0_len, i64:U_0, i64:i_1, i64:U_2, i64:U_3, i64:U_4, i64:I_5
	call	proto4, strlen, U_0, U0_src
	mov	U0_len, U_0
	uble	L228, U0_n, 0
L227:
	sub	U_3, U0_n, 1
	call	proto0, strncpy, U_2, U0_dest, U0_src, U_3
	sub	U_4, U0_n, 1
	ext8	I_5, 0
	mov	i8:(U0_dest, U_4), I_5
	jmp	L229
L228:
L229:
	ret	U0_len
	endfunc
	export	strxfrm
	endmodule
`;

/** `malloc.c`. */
export const MALLOC = String.raw`viv.malloc:	module
proto0:	proto	u64, i64:I0_bytes
proto1:	proto	u32, u64:U0_n
proto2:	proto	u64:U0_message
proto3:	proto	u64, u32:u0_cls, u64:U0_size
proto4:	proto	u64, u32:u0_cls
proto5:	proto	u64, u64:U0_p, u64:U0_message
proto6:	proto	u64:U0_p
proto7:	proto	u64, u64:U0_n
proto8:	proto	u64, u64:U0_dest, i32:i0_c, u64:U0_n
proto9:	proto	u64, u64:U0_dest, u64:U0_src, u64:U0_n
proto10:	proto	u64, u64:U0_p, u64:U0_n
proto11:	proto	u64, u64:U0_align, u64:U0_n
	import	__viv_sbrk
	import	__viv_fail
	import	memcpy
	import	memset
	forward	free_list
free_list:	bss	1536
	forward	top
top:	bss	8
	forward	end
end:	bss	8
class_of:	func	u32, u64:U0_n
	local	i64:u0_shift, i64:i_0, i64:i_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5, i64:U_6
	local	i64:U_7, i64:i_8, i64:u_9, i64:U_10, i64:U_11, i64:i_12, i64:U0_quarter, i64:U_13
	local	i64:U_14, i64:u_15, i64:u_16, i64:u_17, i64:U_18, i64:U_19, i64:U_20
	mov	u0_shift, 0
	ubgt	L2, U0_n, 1024
L1:
	bne	L5, U0_n, 0
L4:
	mov	U_2, 0
	jmp	L6
L5:
	sub	U_3, U0_n, 1
	ursh	U_4, U_3, 4
	mov	U_2, U_4
L6:
	ret	U_2
	jmp	L3
L2:
L3:
	sub	U_5, U0_n, 1
	mov	U0_n, U_5
L8:
	uext32	U_6, u0_shift
	ursh	U_7, U0_n, U_6
	ublt	L9, U_7, 8
L7:
	mov	u_9, u0_shift
	adds	u_9, u_9, 1
	mov	u0_shift, u_9
	uext32	U_10, u0_shift
	ursh	U_11, U0_n, U_10
	ubge	L7, U_11, 8
L9:
	uext32	U_13, u0_shift
	ursh	U_14, U0_n, U_13
	mov	U0_quarter, U_14
	subs	u_15, u0_shift, 8
	muls	u_16, u_15, 4
	adds	u_17, 64, u_16
	sub	U_18, U0_quarter, 4
	uext32	U_19, u_17
	add	U_20, U_19, U_18
	ret	U_20
	endfunc
class_size:	func	u64, u32:u0_cls
	local	i64:i_0, i64:U_1, i64:U_2, i64:U_3, i64:u_4, i64:u_5, i64:u_6, i64:u_7
	local	i64:U_8, i64:u_9, i64:u_10, i64:U_11, i64:U_12
	ubges	L11, u0_cls, 64
L10:
	uext32	U_1, u0_cls
	add	U_2, U_1, 1
	lsh	U_3, U_2, 4
	ret	U_3
	jmp	L12
L11:
L12:
	mov	u_4, u0_cls
	subs	u_4, u_4, 64
	mov	u0_cls, u_4
	ands	u_6, u0_cls, 3
	adds	u_7, 5, u_6
	uext32	U_8, u_7
	urshs	u_9, u0_cls, 2
	adds	u_10, 8, u_9
	uext32	U_11, u_10
	lsh	U_12, U_8, U_11
	ret	U_12
	endfunc
fresh:	func	u64, u32:u0_cls, u64:U0_size
	local	i64:U0_need, i64:U_0, i64:I_1, i64:i_2, i64:I_3, i64:I_4, i64:I_5, i64:U_6
	local	i64:i_7, i64:I1_grow, i64:U_8, i64:i_9, i64:U_10, i64:U_11, i64:U_12, i64:I_13
	local	i64:I_14, i64:U1_at, i64:U_15, i64:i_16, i64:I_17, i64:i_18, i64:I_19, i64:U_20
	local	i64:U_21, i64:U_22, i64:U_23, i64:I_24, i64:U_25, i64:U_26, i64:U0_h, i64:I_27
	local	i64:U_28, i64:I_29, i64:U_30, i64:U_31, i64:U_32
	add	U_0, U0_size, 16
	mov	U0_need, U_0
	mov	I_1, top
	beq	L13, u64:(I_1), 0
L16:
	mov	I_3, end
	mov	I_4, top
	sub	I_5, u64:(I_3), u64:(I_4)
	div	I_5, I_5, 1
	mov	U_6, I_5
	uble	L14, U0_need, U_6
L13:
	add	U_8, U0_need, 16
	uble	L18, U_8, 262144
L17:
	add	U_10, U0_need, 16
	add	U_11, U_10, 4095
	and	U_12, U_11, 18446744073709547520
	mov	I_13, U_12
	mov	I_14, I_13
	jmp	L19
L18:
	mov	I_14, 262144
L19:
	mov	I1_grow, I_14
	call	proto0, __viv_sbrk, U_15, I1_grow
	mov	U1_at, U_15
	bne	L21, U1_at, 18446744073709551615
L20:
	ret	0
	jmp	L22
L21:
L22:
	mov	I_17, end
	beq	L24, U1_at, u64:(I_17)
L23:
	mov	I_19, top
	mov	U_20, U1_at
	add	U_21, U_20, 15
	and	U_22, U_21, 18446744073709551600
	mov	U_23, U_22
	mov	u64:(I_19), U_23
	jmp	L25
L24:
L25:
	mov	I_24, end
	mul	U_26, I1_grow, 1
	add	U_25, U1_at, U_26
	mov	u64:(I_24), U_25
	jmp	L15
L14:
L15:
	mov	I_27, top
	mov	U_28, u64:(I_27)
	mov	U0_h, U_28
	mov	I_29, top
	mov	U_30, u64:(I_29)
	mul	U_31, U0_need, 1
	add	U_30, U_30, U_31
	mov	u64:(I_29), U_30
	mov	u32:(U0_h), u0_cls
	ret	U0_h
	endfunc
malloc:	func	u64, u64:U0_n
	local	i64:i_0, i64:u0_cls, i64:u_1, i64:U0_h, i64:I_2, i64:U_3, i64:i_4, i64:U_5
	local	i64:U_6, i64:u_7, i64:u_8, i64:u_9, i64:i_10, i64:i_11, i64:I_12, i64:U_13
	local	i64:U_14, i64:U_15, i64:i_16, i64:U_17, i64:U_18, i64:u_19, i64:u_20, i64:u_21
	local	i64:U_22, i64:U_23
	uble	L27, U0_n, 4026531840
L26:
	ret	0
	jmp	L28
L27:
L28:
	call	proto1, class_of, u_1, U0_n
	mov	u0_cls, u_1
	mov	I_2, free_list
	uext32	U_3, u0_cls
	mov	U0_h, u64:(I_2, U_3, 8)
	beq	L30, U0_h, 0
L29:
	mov	U_5, U0_h
	ursh	U_6, U_5, 4
	mov	u_7, U_6
	muls	u_8, u_7, 2654435761
	xors	u_9, 4109291522, u_8
	bnes	L32, u32:4(U0_h), u_9
L35:
	beqs	L33, u32:(U0_h), u0_cls
L32:
	call	proto2, __viv_fail, "malloc(): corrupted free list\000"
	jmp	L34
L33:
L34:
	mov	I_12, free_list
	uext32	U_13, u0_cls
	mov	u64:(I_12, U_13, 8), u64:8(U0_h)
	jmp	L31
L30:
	call	proto4, class_size, U_15, u0_cls
	call	proto3, fresh, U_14, u0_cls, U_15
	mov	U0_h, U_14
	bne	L37, U0_h, 0
L36:
	ret	0
	jmp	L38
L37:
L38:
L31:
	mov	U_17, U0_h
	ursh	U_18, U_17, 4
	mov	u_19, U_18
	muls	u_20, u_19, 2654435761
	xors	u_21, 1587670273, u_20
	mov	u32:4(U0_h), u_21
	mov	U_22, U0_h
	add	U_23, U_22, 16
	ret	U_23
	endfunc
	export	malloc
check:	func	u64, u64:U0_p, u64:U0_message
	local	i64:U0_h, i64:U_0, i64:U_1, i64:U_2, i64:U_3, i64:U_4, i64:i_5, i64:U_6
	local	i64:U_7, i64:u_8, i64:u_9, i64:u_10, i64:i_11, i64:i_12
	mov	U_0, U0_p
	sub	U_1, U_0, 16
	mov	U_2, U_1
	mov	U0_h, U_2
	mov	U_3, U0_p
	and	U_4, U_3, 15
	bne	L39, U_4, 0
L43:
	mov	U_6, U0_h
	ursh	U_7, U_6, 4
	mov	u_8, U_7
	muls	u_9, u_8, 2654435761
	xors	u_10, 1587670273, u_9
	bnes	L39, u32:4(U0_h), u_10
L42:
	ublts	L40, u32:(U0_h), 192
L39:
	call	proto2, __viv_fail, U0_message
	jmp	L41
L40:
L41:
	ret	U0_h
	endfunc
free:	func	u64:U0_p
	local	i64:i_0, i64:U0_h, i64:U_1, i64:U_2, i64:U_3, i64:u_4, i64:u_5, i64:u_6
	local	i64:I_7, i64:u_8, i64:I_9, i64:u_10
	bne	L45, U0_p, 0
L44:
	ret
	jmp	L46
L45:
L46:
	call	proto5, check, U_1, U0_p, "free(): invalid pointer\000"
	mov	U0_h, U_1
	mov	U_2, U0_h
	ursh	U_3, U_2, 4
	mov	u_4, U_3
	muls	u_5, u_4, 2654435761
	xors	u_6, 4109291522, u_5
	mov	u32:4(U0_h), u_6
	mov	I_7, free_list
	mov	u_8, u32:(U0_h)
	mov	u64:8(U0_h), u64:(I_7, u_8, 8)
	mov	I_9, free_list
	mov	u_10, u32:(U0_h)
	mov	u64:(I_9, u_10, 8), U0_h
	ret
	endfunc
	export	free
cfree:	func	u64:U0_p
	call	proto6, free, U0_p
	ret
	endfunc
	export	cfree
calloc:	func	u64, u64:U0_n, u64:U0_size
	local	i64:U0_bytes, i64:U_0, i64:i_1, i64:U_2, i64:i_3, i64:U0_p, i64:U_4, i64:i_5
	local	i64:U_6
	mul	U_0, U0_n, U0_size
	mov	U0_bytes, U_0
	beq	L48, U0_size, 0
L50:
	udiv	U_2, U0_bytes, U0_size
	beq	L48, U_2, U0_n
L47:
	ret	0
	jmp	L49
L48:
L49:
	call	proto7, malloc, U_4, U0_bytes
	mov	U0_p, U_4
	beq	L52, U0_p, 0
L51:
	call	proto8, memset, U_6, U0_p, 0, U0_bytes
	jmp	L53
L52:
L53:
	ret	U0_p
	endfunc
	export	calloc
realloc:	func	u64, u64:U0_p, u64:U0_n
	local	i64:i_0, i64:U_1, i64:U0_h, i64:U_2, i64:i_3, i64:U0_old, i64:U_4, i64:i_5
	local	i64:U_6, i64:i_7, i64:i_8, i64:U0_q, i64:U_9, i64:i_10, i64:U_11, i64:i_12
	local	i64:U_13
	bne	L55, U0_p, 0
L54:
	call	proto7, malloc, U_1, U0_n
	ret	U_1
	jmp	L56
L55:
L56:
	call	proto5, check, U_2, U0_p, "realloc(): invalid pointer\000"
	mov	U0_h, U_2
	bne	L58, U0_n, 0
L57:
	call	proto6, free, U0_p
	ret	0
	jmp	L59
L58:
L59:
	call	proto4, class_size, U_4, u32:(U0_h)
	mov	U0_old, U_4
	ubgt	L61, U0_n, U0_old
L63:
	udiv	U_6, U0_old, 2
	ubgt	L60, U0_n, U_6
L64:
	ubgt	L61, U0_old, 64
L60:
	ret	U0_p
	jmp	L62
L61:
L62:
	call	proto7, malloc, U_9, U0_n
	mov	U0_q, U_9
	bne	L66, U0_q, 0
L65:
	ret	0
	jmp	L67
L66:
L67:
	ubge	L69, U0_old, U0_n
L68:
	mov	U_13, U0_old
	jmp	L70
L69:
	mov	U_13, U0_n
L70:
	call	proto9, memcpy, U_11, U0_q, U0_p, U_13
	call	proto6, free, U0_p
	ret	U0_q
	endfunc
	export	realloc
reallocarray:	func	u64, u64:U0_p, u64:U0_n, u64:U0_size
	local	i64:U0_bytes, i64:U_0, i64:i_1, i64:U_2, i64:i_3, i64:U_4
	mul	U_0, U0_n, U0_size
	mov	U0_bytes, U_0
	beq	L72, U0_size, 0
L74:
	udiv	U_2, U0_bytes, U0_size
	beq	L72, U_2, U0_n
L71:
	ret	0
	jmp	L73
L72:
L73:
	call	proto10, realloc, U_4, U0_p, U0_bytes
	ret	U_4
	endfunc
	export	reallocarray
malloc_usable_size:	func	u64, u64:U0_p
	local	i64:i_0, i64:U_1, i64:U_2, i64:U_3
	bne	L76, U0_p, 0
L75:
	mov	U_1, 0
	jmp	L77
L76:
	call	proto5, check, U_3, U0_p, "malloc_usable_size(): invalid pointer\000"
	call	proto4, class_size, U_2, u32:(U_3)
	mov	U_1, U_2
L77:
	ret	U_1
	endfunc
	export	malloc_usable_size
memalign:	func	u64, u64:U0_align, u64:U0_n
	local	i64:i_0, i64:U_1, i64:U_2, i64:U_3, i64:i_4, i64:i_5, i64:U0_p, i64:U_6
	local	i64:U_7, i64:U_8, i64:i_9, i64:U0_q, i64:U_10, i64:U_11, i64:U_12, i64:U_13
	local	i64:U_14, i64:U_15, i64:U_16, i64:i_17, i64:U0_h, i64:U_18, i64:U_19, i64:u_20
	local	i64:U_21, i64:U_22, i64:U_23, i64:I_24, i64:U_25, i64:U_26, i64:U_27, i64:i_28
	local	i64:U_29, i64:U_30, i64:U_31, i64:U_32, i64:I_33, i64:U_34, i64:i_35, i64:u_36
	local	i64:i_37, i64:U_38, i64:U_39, i64:U_40, i64:U_41, i64:I_42, i64:U_43, i64:i_44
	local	i64:U_45, i64:U_46, i64:u_47, i64:u_48, i64:u_49
	ubgt	L79, U0_align, 16
L78:
	call	proto7, malloc, U_1, U0_n
	ret	U_1
	jmp	L80
L79:
L80:
	sub	U_2, U0_align, 1
	and	U_3, U0_align, U_2
	bne	L81, U_3, 0
L84:
	uble	L82, U0_align, 16777216
L81:
	ret	0
	jmp	L83
L82:
L83:
	add	U_7, U0_n, U0_align
	add	U_8, U_7, 16
	call	proto7, malloc, U_6, U_8
	mov	U0_p, U_6
	bne	L86, U0_p, 0
L85:
	ret	0
	jmp	L87
L86:
L87:
	mov	U_10, U0_p
	add	U_11, U_10, U0_align
	sub	U_12, U_11, 1
	sub	U_13, U0_align, 1
	xor	U_14, U_13, -1
	and	U_15, U_12, U_14
	mov	U_16, U_15
	mov	U0_q, U_16
	bne	L89, U0_q, U0_p
L88:
	ret	U0_p
	jmp	L90
L89:
L90:
	sub	U_18, U0_q, 16
	mov	U_19, U_18
	mov	U0_h, U_19
	sub	U_22, U0_p, 16
	mov	U_23, U_22
	call	proto4, class_size, U_21, u32:(U_23)
	sub	I_24, U0_q, U0_p
	div	I_24, I_24, 1
	sub	U_25, U_21, I_24
	mul	U_26, U_25, 4
	udiv	U_27, U_26, 5
	call	proto1, class_of, u_20, U_27
	mov	u32:(U0_h), u_20
L92:
	ubles	L93, u32:(U0_h), 0
L94:
	call	proto4, class_size, U_29, u32:(U0_h)
	sub	U_31, U0_p, 16
	mov	U_32, U_31
	call	proto4, class_size, U_30, u32:(U_32)
	sub	I_33, U0_q, U0_p
	div	I_33, I_33, 1
	sub	U_34, U_30, I_33
	uble	L93, U_29, U_34
L91:
	mov	u_36, u32:(U0_h)
	subs	u_36, u_36, 1
	mov	u32:(U0_h), u_36
	ubles	L93, u32:(U0_h), 0
L95:
	call	proto4, class_size, U_38, u32:(U0_h)
	sub	U_40, U0_p, 16
	mov	U_41, U_40
	call	proto4, class_size, U_39, u32:(U_41)
	sub	I_42, U0_q, U0_p
	div	I_42, I_42, 1
	sub	U_43, U_39, I_42
	ubgt	L91, U_38, U_43
L93:
	mov	U_45, U0_h
	ursh	U_46, U_45, 4
	mov	u_47, U_46
	muls	u_48, u_47, 2654435761
	xors	u_49, 1587670273, u_48
	mov	u32:4(U0_h), u_49
	ret	U0_q
	endfunc
	export	memalign
aligned_alloc:	func	u64, u64:U0_align, u64:U0_n
	local	i64:U_0
	call	proto11, memalign, U_0, U0_align, U0_n
	ret	U_0
	endfunc
	export	aligned_alloc
posix_memalign:	func	i32, u64:U0_out, u64:U0_align, u64:U0_n
	local	i64:U0_p, i64:U_0, i64:i_1, i64:U_2, i64:i_3
	ubge	L97, U0_align, 16
L96:
	mov	U_2, 16
	jmp	L98
L97:
	mov	U_2, U0_align
L98:
	call	proto11, memalign, U_0, U_2, U0_n
	mov	U0_p, U_0
	bne	L100, U0_p, 0
L99:
	ret	12
	jmp	L101
L100:
L101:
	mov	u64:(U0_out), U0_p
	ret	0
	endfunc
	export	posix_memalign
strdup:	func	u64, u64:U0_s
	local	i64:U0_n, i64:U_0, i64:U0_p, i64:U_1, i64:U_2, i64:i_3, i64:U_4, i64:U_5
	local	i64:U_6
	mov	U0_n, 0
L103:
	bf	L104, i8:(U0_s, U0_n)
L102:
	mov	U_0, U0_n
	add	U_0, U_0, 1
	mov	U0_n, U_0
	bt	L102, i8:(U0_s, U0_n)
L104:
	add	U_2, U0_n, 1
	call	proto7, malloc, U_1, U_2
	mov	U0_p, U_1
	bne	L106, U0_p, 0
L105:
	mov	U_4, 0
	jmp	L107
L106:
	add	U_6, U0_n, 1
	call	proto9, memcpy, U_5, U0_p, U0_s, U_6
	mov	U_4, U_5
L107:
	ret	U_4
	endfunc
	export	strdup
strndup:	func	u64, u64:U0_s, u64:U0_most
	local	i64:U0_n, i64:i_0, i64:U_1, i64:i_2, i64:U0_p, i64:U_3, i64:U_4, i64:i_5
	local	i64:U_6, i64:I_7
	mov	U0_n, 0
L109:
	ubge	L110, U0_n, U0_most
L111:
	bf	L110, i8:(U0_s, U0_n)
L108:
	mov	U_1, U0_n
	add	U_1, U_1, 1
	mov	U0_n, U_1
	ubge	L110, U0_n, U0_most
L112:
	bt	L108, i8:(U0_s, U0_n)
L110:
	add	U_4, U0_n, 1
	call	proto7, malloc, U_3, U_4
	mov	U0_p, U_3
	bne	L114, U0_p, 0
L113:
	ret	0
	jmp	L115
L114:
L115:
	call	proto9, memcpy, U_6, U0_p, U0_s, U0_n
	ext8	I_7, 0
	mov	i8:(U0_p, U0_n), I_7
	ret	U0_p
	endfunc
	export	strndup
	endmodule
`;

/** `stdlib.c`. */
export const STDLIB = `viv.stdlib:	module
proto0:	proto	u64:U0_base, u64:U0_n, u64:U0_size, u64:U0_cmp, u64:U0_tmp
proto1:	proto	i32, u64:p, u64:p
proto2:	proto	u64:U0_d, u64:U0_s, u64:U0_size
proto3:	proto	u64, u64:U0_dest, u64:U0_src, u64:U0_n
proto4:	proto	u64:U0_a, u64:U0_b, u64:U0_size
proto5:	proto	u64, u64:U0_n
proto6:	proto	u64:U0_base, u64:U0_n, u64:U0_size, u64:U0_cmp
proto7:	proto	u64:U0_p
proto8:	proto	u32:u0_seed
proto9:	proto	i64
proto10:	proto	i32, i32:i0_c
proto11:	proto	u64, u64:U0_s, u64:U0_end, i32:i0_base, u64:U0_negative, u64:U0_over
proto12:	proto	i64, u64:U0_s, u64:U0_end, i32:i0_base
proto13:	proto	u64, u64:U0_s, u64:U0_end, i32:i0_base
proto14:	proto	
proto15:	proto	u64
proto16:	proto	i32, i32:i0_c, i32:i0_bits
	import	malloc
	import	free
	import	memcpy
	forward	errno_value
errno_value:	bss	4
__errno_location:	func	u64
	local	i64:I_0, i64:U_1
	mov	I_0, errno_value
	mov	U_1, I_0
	ret	U_1
	endfunc
	export	__errno_location
copy:	func	u64:U0_d, u64:U0_s, u64:U0_size
	local	i64:i_0, i64:U_1, i64:U_2, i64:U_3, i64:U_4, i64:U_5, i64:U_6, i64:U_7
	local	i64:U_8, i64:i_9, i64:i_10, i64:U_11, i64:U_12, i64:U_13, i64:U_14, i64:I_15
	local	i64:U_16, i64:i_17
	ublt	L3, U0_size, 8
L1:
	mov	U_1, U0_d
	mov	U_2, U0_s
	mov	i64:(U_1), i64:(U_2)
L2:
	mov	U_3, U0_size
	sub	U_3, U_3, 8
	mov	U0_size, U_3
	mov	U_5, U0_d
	add	U_5, U_5, 8
	mov	U0_d, U_5
	mov	U_7, U0_s
	add	U_7, U_7, 8
	mov	U0_s, U_7
	mov	U_8, U_7
	ubge	L1, U0_size, 8
L3:
	uble	L6, U0_size, 0
L4:
	mov	U_11, U0_d
	mov	U_12, U0_d
	add	U_12, U_12, 1
	mov	U0_d, U_12
	mov	U_13, U0_s
	mov	U_14, U0_s
	add	U_14, U_14, 1
	mov	U0_s, U_14
	ext8	I_15, i8:(U_13)
	mov	i8:(U_11), I_15
L5:
	mov	U_16, U0_size
	sub	U_16, U_16, 1
	mov	U0_size, U_16
	ubgt	L4, U0_size, 0
L6:
	ret
	endfunc
merge_sort:	func	u64:U0_base, u64:U0_n, u64:U0_size, u64:U0_cmp, u64:U0_tmp
	local	i64:U0_t, i64:i_0, i64:U0_n1, i64:U_1, i64:U0_n2, i64:U_2, i64:U0_b1, i64:U0_b2
	local	i64:U_3, i64:U_4, i64:U_5, i64:i_6, i64:i_7, i64:i_8, i64:i_9, i64:U_10
	local	i64:U_11, i64:U_12, i64:U_13, i64:U_14, i64:U_15, i64:U_16, i64:U_17, i64:U_18
	local	i64:U_19, i64:U_20, i64:i_21, i64:i_22, i64:i_23, i64:U_24, i64:U_25, i64:U_26
	local	i64:U_27, i64:U_28
	mov	U0_t, U0_tmp
	ubgt	L8, U0_n, 1
L7:
	ret
	jmp	L9
L8:
L9:
	udiv	U_1, U0_n, 2
	mov	U0_n1, U_1
	sub	U_2, U0_n, U0_n1
	mov	U0_n2, U_2
	mov	U0_b1, U0_base
	mul	U_3, U0_n1, U0_size
	mul	U_5, U_3, 1
	add	U_4, U0_base, U_5
	mov	U0_b2, U_4
	call	proto0, merge_sort, U0_b1, U0_n1, U0_size, U0_cmp, U0_tmp
	call	proto0, merge_sort, U0_b2, U0_n2, U0_size, U0_cmp, U0_tmp
L11:
	uble	L12, U0_n1, 0
L13:
	uble	L12, U0_n2, 0
L10:
	call	proto1, U0_cmp, i_8, U0_b1, U0_b2
	bgts	L15, i_8, 0
L14:
	call	proto2, copy, U0_t, U0_b1, U0_size
	mov	U_10, U0_b1
	mul	U_11, U0_size, 1
	add	U_10, U_10, U_11
	mov	U0_b1, U_10
	mov	U_13, U0_n1
	sub	U_13, U_13, 1
	mov	U0_n1, U_13
	jmp	L16
L15:
	call	proto2, copy, U0_t, U0_b2, U0_size
	mov	U_14, U0_b2
	mul	U_15, U0_size, 1
	add	U_14, U_14, U_15
	mov	U0_b2, U_14
	mov	U_17, U0_n2
	sub	U_17, U_17, 1
	mov	U0_n2, U_17
L16:
	mov	U_18, U0_t
	mul	U_19, U0_size, 1
	add	U_18, U_18, U_19
	mov	U0_t, U_18
	uble	L12, U0_n1, 0
L17:
	ubgt	L10, U0_n2, 0
L12:
	uble	L19, U0_n1, 0
L18:
	mul	U_25, U0_n1, U0_size
	call	proto3, memcpy, U_24, U0_t, U0_b1, U_25
	jmp	L20
L19:
L20:
	sub	U_27, U0_n, U0_n2
	mul	U_28, U_27, U0_size
	call	proto3, memcpy, U_26, U0_base, U0_tmp, U_28
	ret
	endfunc
swap:	func	u64:U0_a, u64:U0_b, u64:U0_size
	local	i64:i_0, i64:i0_c, i64:I_1, i64:I_2, i64:I_3, i64:U_4, i64:U_5, i64:U_6
	local	i64:U_7, i64:i_8
	uble	L23, U0_size, 0
L21:
	ext8	I_1, i8:(U0_a)
	mov	i0_c, I_1
	ext8	I_2, i8:(U0_b)
	mov	i8:(U0_a), I_2
	ext8	I_3, i0_c
	mov	i8:(U0_b), I_3
L22:
	mov	U_4, U0_size
	sub	U_4, U_4, 1
	mov	U0_size, U_4
	mov	U_5, U0_a
	add	U_5, U_5, 1
	mov	U0_a, U_5
	mov	U_6, U0_b
	mov	U_7, U0_b
	add	U_7, U_7, 1
	mov	U0_b, U_7
	ubgt	L21, U0_size, 0
L23:
	ret
	endfunc
heap_sort:	func	u64:U0_base, u64:U0_n, u64:U0_size, u64:U0_cmp
	local	i64:U0_start, i64:U_0, i64:U0_end, i64:i_1, i64:i_2, i64:U_3, i64:U_4, i64:U_5
	local	i64:U_6, i64:U_7, i64:U0_root, i64:U0_child, i64:U_8, i64:U_9, i64:U_10, i64:U_11
	local	i64:i_12, i64:U_13, i64:i_14, i64:i_15, i64:U_16, i64:U_17, i64:U_18, i64:U_19
	local	i64:U_20, i64:U_21, i64:U_22, i64:i_23, i64:U_24, i64:i_25, i64:U_26, i64:U_27
	local	i64:U_28, i64:U_29, i64:U_30, i64:U_31, i64:i_32, i64:U_33, i64:U_34, i64:U_35
	local	i64:U_36, i64:U_37, i64:U_38, i64:U_39, i64:U_40, i64:U_41, i64:U_42, i64:i_43
	local	i64:i_44
	udiv	U_0, U0_n, 2
	mov	U0_start, U_0
	mov	U0_end, U0_n
L25:
	uble	L26, U0_end, 1
L24:
	uble	L28, U0_start, 0
L27:
	mov	U_3, U0_start
	sub	U_3, U_3, 1
	mov	U0_start, U_3
	jmp	L29
L28:
	mov	U_4, U0_end
	sub	U_4, U_4, 1
	mov	U0_end, U_4
	mul	U_5, U0_end, U0_size
	mul	U_7, U_5, 1
	add	U_6, U0_base, U_7
	call	proto4, swap, U0_base, U_6, U0_size
L29:
	mov	U0_root, U0_start
	mul	U_8, 2, U0_root
	add	U_9, U_8, 1
	mov	U_10, U_9
	mov	U0_child, U_10
	mov	U_11, U_10
	ubge	L32, U_11, U0_end
L30:
	add	U_13, U0_child, 1
	ubge	L34, U_13, U0_end
L36:
	mul	U_16, U0_child, U0_size
	mul	U_18, U_16, 1
	add	U_17, U0_base, U_18
	add	U_19, U0_child, 1
	mul	U_20, U_19, U0_size
	mul	U_22, U_20, 1
	add	U_21, U0_base, U_22
	call	proto1, U0_cmp, i_15, U_17, U_21
	bges	L34, i_15, 0
L33:
	mov	U_24, U0_child
	add	U_24, U_24, 1
	mov	U0_child, U_24
	jmp	L35
L34:
L35:
	mul	U_26, U0_root, U0_size
	mul	U_28, U_26, 1
	add	U_27, U0_base, U_28
	mul	U_29, U0_child, U0_size
	mul	U_31, U_29, 1
	add	U_30, U0_base, U_31
	call	proto1, U0_cmp, i_25, U_27, U_30
	blts	L38, i_25, 0
L37:
	jmp	L32
	jmp	L39
L38:
L39:
	mul	U_33, U0_root, U0_size
	mul	U_35, U_33, 1
	add	U_34, U0_base, U_35
	mul	U_36, U0_child, U0_size
	mul	U_38, U_36, 1
	add	U_37, U0_base, U_38
	call	proto4, swap, U_34, U_37, U0_size
L31:
	mov	U0_root, U0_child
	mul	U_39, 2, U0_root
	add	U_40, U_39, 1
	mov	U_41, U_40
	mov	U0_child, U_41
	mov	U_42, U_41
	ublt	L30, U_42, U0_end
L32:
	ubgt	L24, U0_end, 1
L26:
	ret
	endfunc
qsort:	func	u64:U0_base, u64:U0_n, u64:U0_size, u64:U0_cmp
	local	i64:fp, i64:U0_tmp, i64:U0_bytes, i64:U_0, i64:i_1, i64:i_2, i64:i_3, i64:U_4
	local	i64:i_5, i64:i_6
	alloca	fp, 1024
	mov	U0_tmp, fp
	mul	U_0, U0_n, U0_size
	mov	U0_bytes, U_0
	ublt	L40, U0_n, 2
L43:
	bne	L41, U0_size, 0
L40:
	ret
	jmp	L42
L41:
L42:
	uble	L45, U0_bytes, 1024
L44:
	call	proto5, malloc, U_4, U0_bytes
	mov	U0_tmp, U_4
	bne	L48, U0_tmp, 0
L47:
	call	proto6, heap_sort, U0_base, U0_n, U0_size, U0_cmp
	ret
	jmp	L49
L48:
L49:
	jmp	L46
L45:
L46:
	call	proto0, merge_sort, U0_base, U0_n, U0_size, U0_cmp, U0_tmp
	beq	L51, U0_tmp, fp
L50:
	call	proto7, free, U0_tmp
	jmp	L52
L51:
L52:
	ret
	endfunc
	export	qsort
bsearch:	func	u64, u64:U0_key, u64:U0_base, u64:U0_n, u64:U0_size, u64:U0_cmp
	local	i64:U0_low, i64:U0_high, i64:i_0, i64:U0_mid, i64:U_1, i64:U_2, i64:U0_p, i64:U_3
	local	i64:U_4, i64:U_5, i64:U_6, i64:i0_c, i64:i_7, i64:i_8, i64:i_9, i64:U_10
	local	i64:U_11, i64:i_12
	mov	U0_low, 0
	mov	U0_high, U0_n
L54:
	ubge	L55, U0_low, U0_high
L53:
	add	U_1, U0_low, U0_high
	udiv	U_2, U_1, 2
	mov	U0_mid, U_2
	mov	U_3, U0_base
	mul	U_4, U0_mid, U0_size
	mul	U_6, U_4, 1
	add	U_5, U_3, U_6
	mov	U0_p, U_5
	call	proto1, U0_cmp, i_7, U0_key, U0_p
	mov	i0_c, i_7
	bges	L57, i0_c, 0
L56:
	mov	U0_high, U0_mid
	jmp	L58
L57:
	bles	L60, i0_c, 0
L59:
	add	U_10, U0_mid, 1
	mov	U0_low, U_10
	jmp	L61
L60:
	mov	U_11, U0_p
	ret	U_11
L61:
L58:
	ublt	L53, U0_low, U0_high
L55:
	ret	0
	endfunc
	export	bsearch
	forward	ring
ring:	bss	124
	forward	front
front:	i32	3
	forward	rear
rear:	i32	0
	forward	seeded
seeded:	i32	0
srandom:	func	u32:u0_seed
	local	i64:I_0, i64:i_1, i64:i_2, i64:u_3, i64:i0_i, i64:i_4, i64:I0_word, i64:I_5
	local	i64:i_6, i64:I_7, i64:I_8, i64:I_9, i64:i_10, i64:I_11, i64:I_12, i64:I_13
	local	i64:I_14, i64:i_15, i64:i_16, i64:I_17, i64:I_18, i64:I_19, i64:i_20, i64:I_21
	local	i64:I_22, i64:i_23, i64:I_24, i64:I_25, i64:i_26, i64:u_27, i64:I_28, i64:I_29
	local	i64:i_30, i64:u_31, i64:u_32, i64:I_33, i64:i_34, i64:i_35, i64:i_36, i64:I_37
	local	i64:I_38, i64:i_39, i64:i_40, i64:i_41, i64:I_42, i64:i_43, i64:i_44
	mov	I_0, ring
	mov	i_1, 0
	bnes	L63, u0_seed, 0
L62:
	mov	u_3, 1
	jmp	L64
L63:
	mov	u_3, u0_seed
L64:
	mov	i32:(I_0, i_1, 4), u_3
	mov	i0_i, 1
	bges	L67, i0_i, 31
L65:
	mov	I_5, ring
	subs	i_6, i0_i, 1
	ext32	I_7, i_6
	mul	I_8, 16807, i32:(I_5, I_7, 4)
	mod	I_9, I_8, 2147483647
	mov	I0_word, I_9
	bge	L69, I0_word, 0
L68:
	mov	I_11, I0_word
	add	I_11, I_11, 2147483647
	mov	I0_word, I_11
	jmp	L70
L69:
L70:
	mov	I_13, ring
	ext32	I_14, i0_i
	mov	i32:(I_13, I_14, 4), I0_word
L66:
	mov	i_15, i0_i
	adds	i_15, i_15, 1
	mov	i0_i, i_15
	blts	L65, i0_i, 31
L67:
	mov	I_17, front
	mov	i32:(I_17), 3
	mov	I_18, rear
	mov	i32:(I_18), 0
	mov	I_19, seeded
	mov	i32:(I_19), 1
	mov	i0_i, 0
	bges	L73, i0_i, 310
L71:
	mov	I_21, ring
	mov	I_22, front
	mov	i_23, i32:(I_22)
	mov	I_24, ring
	mov	I_25, front
	mov	i_26, i32:(I_25)
	mov	u_27, i32:(I_24, i_26, 4)
	mov	I_28, ring
	mov	I_29, rear
	mov	i_30, i32:(I_29)
	mov	u_31, i32:(I_28, i_30, 4)
	adds	u_32, u_27, u_31
	mov	i32:(I_21, i_23, 4), u_32
	mov	I_33, front
	mov	i_34, i32:(I_33)
	adds	i_34, i_34, 1
	mov	i32:(I_33), i_34
	mov	i_35, i_34
	blts	L75, i_35, 31
L74:
	mov	I_37, front
	mov	i32:(I_37), 0
	jmp	L76
L75:
L76:
	mov	I_38, rear
	mov	i_39, i32:(I_38)
	adds	i_39, i_39, 1
	mov	i32:(I_38), i_39
	mov	i_40, i_39
	blts	L78, i_40, 31
L77:
	mov	I_42, rear
	mov	i32:(I_42), 0
	jmp	L79
L78:
L79:
L72:
	mov	i_43, i0_i
	adds	i_43, i_43, 1
	mov	i0_i, i_43
	blts	L71, i0_i, 310
L73:
	ret
	endfunc
	export	srandom
random:	func	i64
	local	i64:I_0, i64:u0_value, i64:I_1, i64:I_2, i64:i_3, i64:I_4, i64:I_5, i64:i_6
	local	i64:u_7, i64:I_8, i64:I_9, i64:i_10, i64:u_11, i64:u_12, i64:i_13, i64:i_14
	local	i64:I_15, i64:i_16, i64:i_17, i64:i_18, i64:I_19, i64:I_20, i64:i_21, i64:i_22
	local	i64:i_23, i64:I_24, i64:u_25, i64:I_26
	mov	I_0, seeded
	bt	L81, i32:(I_0)
L80:
	call	proto8, srandom, 1
	jmp	L82
L81:
L82:
	mov	I_1, ring
	mov	I_2, front
	mov	i_3, i32:(I_2)
	mov	I_4, ring
	mov	I_5, front
	mov	i_6, i32:(I_5)
	mov	u_7, i32:(I_4, i_6, 4)
	mov	I_8, ring
	mov	I_9, rear
	mov	i_10, i32:(I_9)
	mov	u_11, i32:(I_8, i_10, 4)
	adds	u_12, u_7, u_11
	mov	i_13, u_12
	mov	i32:(I_1, i_3, 4), i_13
	mov	i_14, i_13
	mov	u0_value, i_14
	mov	I_15, front
	mov	i_16, i32:(I_15)
	adds	i_16, i_16, 1
	mov	i32:(I_15), i_16
	mov	i_17, i_16
	blts	L84, i_17, 31
L83:
	mov	I_19, front
	mov	i32:(I_19), 0
	jmp	L85
L84:
L85:
	mov	I_20, rear
	mov	i_21, i32:(I_20)
	adds	i_21, i_21, 1
	mov	i32:(I_20), i_21
	mov	i_22, i_21
	blts	L87, i_22, 31
L86:
	mov	I_24, rear
	mov	i32:(I_24), 0
	jmp	L88
L87:
L88:
	urshs	u_25, u0_value, 1
	uext32	I_26, u_25
	ret	I_26
	endfunc
	export	random
rand:	func	i32
	local	i64:I_0
	call	proto9, random, I_0
	ret	I_0
	endfunc
	export	rand
srand:	func	u32:u0_seed
	call	proto8, srandom, u0_seed
	ret
	endfunc
	export	srand
rand_r:	func	i32, u64:U0_seed
	local	i64:u0_next, i64:u_0, i64:u_1, i64:i0_result, i64:u_2, i64:u_3, i64:u_4, i64:u_5
	local	i64:i_6, i64:u_7, i64:u_8, i64:i_9, i64:i_10, i64:u_11, i64:u_12, i64:i_13
	local	i64:u_14, i64:u_15, i64:i_16, i64:i_17
	mov	u0_next, u32:(U0_seed)
	muls	u_0, u0_next, 1103515245
	adds	u_1, u_0, 12345
	mov	u0_next, u_1
	udivs	u_2, u0_next, 65536
	umods	u_3, u_2, 2048
	mov	i0_result, u_3
	muls	u_4, u0_next, 1103515245
	adds	u_5, u_4, 12345
	mov	u0_next, u_5
	lshs	i_6, i0_result, 10
	udivs	u_7, u0_next, 65536
	umods	u_8, u_7, 1024
	mov	i_9, u_8
	xors	i_10, i_6, i_9
	mov	i0_result, i_10
	muls	u_11, u0_next, 1103515245
	adds	u_12, u_11, 12345
	mov	u0_next, u_12
	lshs	i_13, i0_result, 10
	udivs	u_14, u0_next, 65536
	umods	u_15, u_14, 1024
	mov	i_16, u_15
	xors	i_17, i_13, i_16
	mov	i0_result, i_17
	mov	u32:(U0_seed), u0_next
	ret	i0_result
	endfunc
	export	rand_r
abs:	func	i32, i32:i0_n
	local	i64:i_0, i64:u_1, i64:u_2, i64:u_3
	bges	L90, i0_n, 0
L89:
	mov	u_1, i0_n
	negs	u_2, u_1
	mov	u_3, u_2
	jmp	L91
L90:
	mov	u_3, i0_n
L91:
	ret	u_3
	endfunc
	export	abs
labs:	func	i64, i64:I0_n
	local	i64:i_0, i64:U_1, i64:U_2, i64:U_3
	bge	L93, I0_n, 0
L92:
	mov	U_1, I0_n
	neg	U_2, U_1
	mov	U_3, U_2
	jmp	L94
L93:
	mov	U_3, I0_n
L94:
	ret	U_3
	endfunc
	export	labs
llabs:	func	i64, i64:I0_n
	local	i64:i_0, i64:U_1, i64:U_2, i64:U_3
	bge	L96, I0_n, 0
L95:
	mov	U_1, I0_n
	neg	U_2, U_1
	mov	U_3, U_2
	jmp	L97
L96:
	mov	U_3, I0_n
L97:
	ret	U_3
	endfunc
	export	llabs
ffs:	func	i32, i32:i0_n
	local	i64:i0_i, i64:i_0, i64:u_1, i64:u_2, i64:u_3, i64:I_4, i64:i_5, i64:i_6
	local	i64:i_7
	mov	i0_i, 0
	bges	L100, i0_i, 32
L98:
	mov	u_1, i0_n
	urshs	u_2, u_1, i0_i
	ands	u_3, u_2, 1
	uext32	I_4, u_3
	bf	L102, I_4
L101:
	adds	i_5, i0_i, 1
	ret	i_5
	jmp	L103
L102:
L103:
L99:
	mov	i_6, i0_i
	adds	i_6, i_6, 1
	mov	i0_i, i_6
	blts	L98, i0_i, 32
L100:
	ret	0
	endfunc
	export	ffs
div:	func	i64, i32:i0_a, i32:i0_b
	local	i64:fp, i64:i_0, i64:i_1, i64:I_2
	alloca	fp, 16
	divs	i_0, i0_a, i0_b
	mov	i32:(fp), i_0
	mods	i_1, i0_a, i0_b
	mov	i32:4(fp), i_1
	mov	I_2, i64:(fp)
	ret	I_2
	endfunc
	export	div
ldiv:	func	i64, i64, i64:I0_a, i64:I0_b
	local	i64:fp, i64:I_0, i64:I_1, i64:I_2, i64:I_3
	alloca	fp, 16
	div	I_0, I0_a, I0_b
	mov	i64:(fp), I_0
	mod	I_1, I0_a, I0_b
	mov	i64:8(fp), I_1
	mov	I_2, i64:(fp)
	mov	I_3, i64:8(fp)
	ret	I_2, I_3
	endfunc
	export	ldiv
space:	func	i32, i32:i0_c
	local	i64:i_0, i64:i_1, i64:i_2, i64:i_3
	beqs	L105, i0_c, 32
L104:
	blts	L106, i0_c, 9
L107:
	bgts	L106, i0_c, 13
L105:
	mov	i_3, 1
	jmp	L108
L106:
	mov	i_3, 0
L108:
	ret	i_3
	endfunc
digit:	func	i32, i32:i0_c
	local	i64:i_0, i64:i_1, i64:i_2, i64:i_3, i64:i_4, i64:i_5, i64:i_6, i64:i_7
	local	i64:i_8, i64:i_9, i64:i_10
	blts	L110, i0_c, 48
L112:
	bgts	L110, i0_c, 57
L109:
	subs	i_2, i0_c, 48
	ret	i_2
	jmp	L111
L110:
L111:
	blts	L114, i0_c, 97
L116:
	bgts	L114, i0_c, 122
L113:
	subs	i_5, i0_c, 97
	adds	i_6, i_5, 10
	ret	i_6
	jmp	L115
L114:
L115:
	blts	L118, i0_c, 65
L120:
	bgts	L118, i0_c, 90
L117:
	subs	i_9, i0_c, 65
	adds	i_10, i_9, 10
	ret	i_10
	jmp	L119
L118:
L119:
	ret	99
	endfunc
convert:	func	u64, u64:U0_s, u64:U0_end, i32:i0_base, u64:U0_negative, u64:U0_over
	local	i64:U0_p, i64:U0_value, i64:i_0, i64:i_1, i64:i_2, i64:i_3, i64:i_4, i64:I_5
	local	i64:U_6, i64:i_7, i64:I_8, i64:I_9, i64:U_10, i64:i_11, i64:I_12, i64:I_13
	local	i64:i_14, i64:i_15, i64:U_16, i64:U_17, i64:i_18, i64:i_19, i64:i_20, i64:i_21
	local	i64:i_22, i64:i_23, i64:i_24, i64:i_25, i64:i_26, i64:i_27, i64:i_28, i64:U_29
	local	i64:U_30, i64:i_31, i64:i_32, i64:i_33, i64:U0_start, i64:i0_d, i64:i_34, i64:i_35
	local	i64:i_36, i64:i_37, i64:U4_next, i64:U_38, i64:U_39, i64:U_40, i64:U_41, i64:U_42
	local	i64:U_43, i64:U_44, i64:U_45, i64:i_46, i64:U_47, i64:i_48, i64:i_49, i64:i_50
	local	i64:i_51, i64:i_52, i64:U_53, i64:U_54
	mov	U0_p, U0_s
	mov	U0_value, 0
	mov	i_0, 0
	mov	i32:(U0_over), i_0
	mov	i_1, i_0
	mov	i32:(U0_negative), i_1
	blts	L121, i0_base, 0
L125:
	beqs	L121, i0_base, 1
L124:
	bles	L122, i0_base, 36
L121:
	mov	I_5, errno_value
	mov	i32:(I_5), 22
	bf	L127, U0_end
L126:
	mov	U_6, U0_s
	mov	u64:(U0_end), U_6
	jmp	L128
L127:
L128:
	ret	0
	jmp	L123
L122:
L123:
L130:
	uext8	I_8, i8:(U0_p)
	call	proto10, space, i_7, I_8
	ext32	I_9, i_7
	bf	L131, I_9
L129:
	mov	U_10, U0_p
	add	U_10, U_10, 1
	mov	U0_p, U_10
	uext8	I_12, i8:(U0_p)
	call	proto10, space, i_11, I_12
	ext32	I_13, i_11
	bt	L129, I_13
L131:
	beqs	L132, i8:(U0_p), 45
L135:
	bnes	L133, i8:(U0_p), 43
L132:
	mov	U_16, U0_p
	mov	U_17, U0_p
	add	U_17, U_17, 1
	mov	U0_p, U_17
	eqs	i_18, i8:(U_16), 45
	mov	i32:(U0_negative), i_18
	jmp	L134
L133:
L134:
	beqs	L141, i0_base, 0
L142:
	bnes	L137, i0_base, 16
L141:
	mov	i_21, 0
	bnes	L137, i8:(U0_p, i_21), 48
L140:
	mov	i_23, 1
	ors	i_24, i8:(U0_p, i_23), 32
	bnes	L137, i_24, 120
L139:
	mov	i_27, 2
	call	proto10, digit, i_26, i8:(U0_p, i_27)
	bges	L137, i_26, 16
L136:
	mov	U_29, U0_p
	add	U_29, U_29, 2
	mov	U0_p, U_29
	mov	i0_base, 16
	jmp	L138
L137:
	bnes	L144, i0_base, 0
L143:
	bnes	L147, i8:(U0_p), 48
L146:
	mov	i_33, 8
	jmp	L148
L147:
	mov	i_33, 10
L148:
	mov	i0_base, i_33
	jmp	L145
L144:
L145:
L138:
	mov	U0_start, U0_p
	call	proto10, digit, i_34, i8:(U0_p)
	mov	i_35, i_34
	mov	i0_d, i_35
	mov	i_36, i_35
	bges	L151, i_36, i0_base
L149:
	ext32	U_38, i0_base
	mul	U_39, U0_value, U_38
	ext32	U_40, i0_d
	add	U_41, U_39, U_40
	mov	U4_next, U_41
	ext32	U_42, i0_d
	sub	U_43, 18446744073709551615, U_42
	ext32	U_44, i0_base
	udiv	U_45, U_43, U_44
	uble	L153, U0_value, U_45
L152:
	mov	i32:(U0_over), 1
	jmp	L154
L153:
L154:
	mov	U0_value, U4_next
L150:
	mov	U_47, U0_p
	add	U_47, U_47, 1
	mov	U0_p, U_47
	call	proto10, digit, i_48, i8:(U0_p)
	mov	i_49, i_48
	mov	i0_d, i_49
	mov	i_50, i_49
	blts	L149, i_50, i0_base
L151:
	bf	L156, U0_end
L155:
	bne	L159, U0_p, U0_start
L158:
	mov	U_53, U0_s
	jmp	L160
L159:
	mov	U_53, U0_p
L160:
	mov	U_54, U_53
	mov	u64:(U0_end), U_54
	jmp	L157
L156:
L157:
	ret	U0_value
	endfunc
strtol:	func	i64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:U0_v, i64:U_0, i64:i0_negative, i64:U_1, i64:i0_over, i64:U_2, i64:I_3, i64:U_4
	local	i64:U_5, i64:i_6, i64:I_7, i64:I_8, i64:I_9, i64:I_10, i64:U_11, i64:U_12
	addr32	U_1, i0_negative
	addr32	U_2, i0_over
	call	proto11, convert, U_0, U0_s, U0_end, i0_base, U_1, U_2
	mov	U0_v, U_0
	ext32	I_3, i0_over
	bt	L161, I_3
L164:
	ext32	U_4, i0_negative
	add	U_5, 9223372036854775807, U_4
	uble	L162, U0_v, U_5
L161:
	mov	I_7, errno_value
	mov	i32:(I_7), 34
	ext32	I_8, i0_negative
	bf	L166, I_8
L165:
	mov	I_9, -9223372036854775808
	jmp	L167
L166:
	mov	I_9, 9223372036854775807
L167:
	ret	I_9
	jmp	L163
L162:
L163:
	ext32	I_10, i0_negative
	bf	L169, I_10
L168:
	neg	U_11, U0_v
	mov	U_12, U_11
	jmp	L170
L169:
	mov	U_12, U0_v
L170:
	ret	U_12
	endfunc
	export	strtol
strtoul:	func	u64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:U0_v, i64:U_0, i64:i0_negative, i64:U_1, i64:i0_over, i64:U_2, i64:I_3, i64:I_4
	local	i64:I_5, i64:U_6, i64:U_7
	addr32	U_1, i0_negative
	addr32	U_2, i0_over
	call	proto11, convert, U_0, U0_s, U0_end, i0_base, U_1, U_2
	mov	U0_v, U_0
	ext32	I_3, i0_over
	bf	L172, I_3
L171:
	mov	I_4, errno_value
	mov	i32:(I_4), 34
	ret	18446744073709551615
	jmp	L173
L172:
L173:
	ext32	I_5, i0_negative
	bf	L175, I_5
L174:
	neg	U_6, U0_v
	mov	U_7, U_6
	jmp	L176
L175:
	mov	U_7, U0_v
L176:
	ret	U_7
	endfunc
	export	strtoul
strtoll:	func	i64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:I_0
	call	proto12, strtol, I_0, U0_s, U0_end, i0_base
	ret	I_0
	endfunc
	export	strtoll
strtoull:	func	u64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:U_0
	call	proto13, strtoul, U_0, U0_s, U0_end, i0_base
	ret	U_0
	endfunc
	export	strtoull
strtoimax:	func	i64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:I_0
	call	proto12, strtol, I_0, U0_s, U0_end, i0_base
	ret	I_0
	endfunc
	export	strtoimax
strtoumax:	func	u64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:U_0
	call	proto13, strtoul, U_0, U0_s, U0_end, i0_base
	ret	U_0
	endfunc
	export	strtoumax
__isoc23_strtol:	func	i64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:I_0
	call	proto12, strtol, I_0, U0_s, U0_end, i0_base
	ret	I_0
	endfunc
	export	__isoc23_strtol
__isoc23_strtoul:	func	u64, u64:U0_s, u64:U0_end, i32:i0_base
	local	i64:U_0
	call	proto13, strtoul, U_0, U0_s, U0_end, i0_base
	ret	U_0
	endfunc
	export	__isoc23_strtoul
atoi:	func	i32, u64:U0_s
	local	i64:I_0
	call	proto12, strtol, I_0, U0_s, 0, 10
	ret	I_0
	endfunc
	export	atoi
atol:	func	i64, u64:U0_s
	local	i64:I_0
	call	proto12, strtol, I_0, U0_s, 0, 10
	ret	I_0
	endfunc
	export	atol
atoll:	func	i64, u64:U0_s
	local	i64:I_0
	call	proto12, strtol, I_0, U0_s, 0, 10
	ret	I_0
	endfunc
	export	atoll
	forward	class_table
class_table:	bss	768
	forward	lower_table
lower_table:	bss	1536
	forward	upper_table
upper_table:	bss	1536
	forward	class_pointer
class_pointer:	bss	8
	forward	lower_pointer
lower_pointer:	bss	8
	forward	upper_pointer
upper_pointer:	bss	8
fill_tables:	func	
	local	i64:i0_c, i64:i_0, i64:i0_bits, i64:I_1, i64:i_2, i64:I_3, i64:I_4, i64:i_5
	local	i64:I_6, i64:i_7, i64:i_8, i64:i_9, i64:i_10, i64:i_11, i64:i_12, i64:i_13
	local	i64:i_14, i64:I_15, i64:i_16, i64:I_17, i64:i_18, i64:i_19, i64:i_20, i64:i_21
	local	i64:i_22, i64:I_23, i64:i_24, i64:I_25, i64:i_26, i64:i_27, i64:i_28, i64:i_29
	local	i64:i_30, i64:i_31, i64:i_32, i64:i_33, i64:i_34, i64:i_35, i64:i_36, i64:i_37
	local	i64:i_38, i64:i_39, i64:i_40, i64:i_41, i64:i_42, i64:i_43, i64:i_44, i64:i_45
	local	i64:i_46, i64:i_47, i64:i_48, i64:i_49, i64:i_50, i64:i_51, i64:i_52, i64:I_53
	local	i64:i_54, i64:i_55, i64:i_56, i64:i_57, i64:i_58, i64:i_59, i64:i_60, i64:i_61
	local	i64:I_62, i64:i_63, i64:I_64, i64:I_65, i64:i_66, i64:i_67, i64:I_68, i64:I_69
	local	i64:U_70, i64:I_71, i64:I_72, i64:U_73, i64:I_74, i64:I_75, i64:U_76
	mov	i0_c, -128
	bges	L179, i0_c, 256
L177:
	mov	i0_bits, 0
	mov	I_1, lower_table
	adds	i_2, i0_c, 128
	ext32	I_3, i_2
	mov	I_4, upper_table
	adds	i_5, i0_c, 128
	ext32	I_6, i_5
	mov	i_7, i0_c
	mov	i32:(I_4, I_6, 4), i_7
	mov	i_8, i_7
	mov	i32:(I_1, I_3, 4), i_8
	blts	L181, i0_c, 0
L183:
	bges	L181, i0_c, 128
L180:
	blts	L185, i0_c, 65
L187:
	bgts	L185, i0_c, 90
L184:
	mov	i_13, i0_bits
	ors	i_13, i_13, 1288
	mov	i0_bits, i_13
	mov	I_15, lower_table
	adds	i_16, i0_c, 128
	ext32	I_17, i_16
	adds	i_18, i0_c, 32
	mov	i32:(I_15, I_17, 4), i_18
	jmp	L186
L185:
L186:
	blts	L189, i0_c, 97
L191:
	bgts	L189, i0_c, 122
L188:
	mov	i_21, i0_bits
	ors	i_21, i_21, 1544
	mov	i0_bits, i_21
	mov	I_23, upper_table
	adds	i_24, i0_c, 128
	ext32	I_25, i_24
	subs	i_26, i0_c, 32
	mov	i32:(I_23, I_25, 4), i_26
	jmp	L190
L189:
L190:
	blts	L193, i0_c, 48
L195:
	bgts	L193, i0_c, 57
L192:
	mov	i_29, i0_bits
	ors	i_29, i_29, 6152
	mov	i0_bits, i_29
	jmp	L194
L193:
L194:
	blts	L199, i0_c, 97
L200:
	bles	L196, i0_c, 102
L199:
	blts	L197, i0_c, 65
L201:
	bgts	L197, i0_c, 70
L196:
	mov	i_35, i0_bits
	ors	i_35, i_35, 4096
	mov	i0_bits, i_35
	jmp	L198
L197:
L198:
	beqs	L202, i0_c, 32
L205:
	blts	L203, i0_c, 9
L206:
	bgts	L203, i0_c, 13
L202:
	mov	i_40, i0_bits
	ors	i_40, i_40, 8192
	mov	i0_bits, i_40
	jmp	L204
L203:
L204:
	beqs	L207, i0_c, 32
L210:
	bnes	L208, i0_c, 9
L207:
	mov	i_44, i0_bits
	ors	i_44, i_44, 1
	mov	i0_bits, i_44
	jmp	L209
L208:
L209:
	blts	L212, i0_c, 32
L214:
	bges	L212, i0_c, 127
L211:
	mov	i_48, i0_bits
	ors	i_48, i_48, 16384
	mov	i0_bits, i_48
	jmp	L213
L212:
L213:
	bles	L216, i0_c, 32
L218:
	bges	L216, i0_c, 127
L215:
	ands	i_52, i0_bits, 8
	ext32	I_53, i_52
	bf	L220, I_53
L219:
	mov	i_54, 0
	jmp	L221
L220:
	mov	i_54, 4
L221:
	ors	i_55, 32768, i_54
	mov	i_56, i0_bits
	ors	i_56, i_56, i_55
	mov	i0_bits, i_56
	jmp	L217
L216:
L217:
	blts	L222, i0_c, 32
L225:
	bnes	L223, i0_c, 127
L222:
	mov	i_60, i0_bits
	ors	i_60, i_60, 2
	mov	i0_bits, i_60
	jmp	L224
L223:
L224:
	jmp	L182
L181:
L182:
	mov	I_62, class_table
	adds	i_63, i0_c, 128
	ext32	I_64, i_63
	uext16	I_65, i0_bits
	mov	u16:(I_62, I_64, 2), I_65
L178:
	mov	i_66, i0_c
	adds	i_66, i_66, 1
	mov	i0_c, i_66
	blts	L177, i0_c, 256
L179:
	mov	I_68, class_pointer
	mov	I_69, class_table
	add	U_70, I_69, 256
	mov	u64:(I_68), U_70
	mov	I_71, lower_pointer
	mov	I_72, lower_table
	add	U_73, I_72, 512
	mov	u64:(I_71), U_73
	mov	I_74, upper_pointer
	mov	I_75, upper_table
	add	U_76, I_75, 512
	mov	u64:(I_74), U_76
	ret
	endfunc
__ctype_b_loc:	func	u64
	local	i64:I_0, i64:i_1, i64:I_2, i64:U_3
	mov	I_0, class_pointer
	bne	L227, u64:(I_0), 0
L226:
	call	proto14, fill_tables
	jmp	L228
L227:
L228:
	mov	I_2, class_pointer
	mov	U_3, I_2
	ret	U_3
	endfunc
	export	__ctype_b_loc
__ctype_tolower_loc:	func	u64
	local	i64:I_0, i64:i_1, i64:I_2, i64:U_3
	mov	I_0, class_pointer
	bne	L230, u64:(I_0), 0
L229:
	call	proto14, fill_tables
	jmp	L231
L230:
L231:
	mov	I_2, lower_pointer
	mov	U_3, I_2
	ret	U_3
	endfunc
	export	__ctype_tolower_loc
__ctype_toupper_loc:	func	u64
	local	i64:I_0, i64:i_1, i64:I_2, i64:U_3
	mov	I_0, class_pointer
	bne	L233, u64:(I_0), 0
L232:
	call	proto14, fill_tables
	jmp	L234
L233:
L234:
	mov	I_2, upper_pointer
	mov	U_3, I_2
	ret	U_3
	endfunc
	export	__ctype_toupper_loc
has:	func	i32, i32:i0_c, i32:i0_bits
	local	i64:i_0, i64:i_1, i64:U_2, i64:I_3, i64:I_4, i64:i_5, i64:i_6
	blts	L236, i0_c, -128
L238:
	bges	L236, i0_c, 256
L235:
	call	proto15, __ctype_b_loc, U_2
	ext32	I_3, i0_c
	mov	I_4, u64:(U_2)
	ands	i_5, u16:(I_4, I_3, 2), i0_bits
	mov	i_6, i_5
	jmp	L237
L236:
	mov	i_6, 0
L237:
	ret	i_6
	endfunc
isalnum:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 8
	ret	i_0
	endfunc
	export	isalnum
isalpha:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 1024
	ret	i_0
	endfunc
	export	isalpha
isblank:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 1
	ret	i_0
	endfunc
	export	isblank
iscntrl:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 2
	ret	i_0
	endfunc
	export	iscntrl
isdigit:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 2048
	ret	i_0
	endfunc
	export	isdigit
isgraph:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 32768
	ret	i_0
	endfunc
	export	isgraph
islower:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 512
	ret	i_0
	endfunc
	export	islower
isprint:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 16384
	ret	i_0
	endfunc
	export	isprint
ispunct:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 4
	ret	i_0
	endfunc
	export	ispunct
isspace:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 8192
	ret	i_0
	endfunc
	export	isspace
isupper:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 256
	ret	i_0
	endfunc
	export	isupper
isxdigit:	func	i32, i32:i0_c
	local	i64:i_0
	call	proto16, has, i_0, i0_c, 4096
	ret	i_0
	endfunc
	export	isxdigit
isascii:	func	i32, i32:i0_c
	local	i64:i_0, i64:i_1
	ands	i_0, i0_c, -128
	eqs	i_1, i_0, 0
	ret	i_1
	endfunc
	export	isascii
toascii:	func	i32, i32:i0_c
	local	i64:i_0
	ands	i_0, i0_c, 127
	ret	i_0
	endfunc
	export	toascii
tolower:	func	i32, i32:i0_c
	local	i64:i_0, i64:i_1, i64:i_2, i64:i_3
	blts	L240, i0_c, 65
L242:
	bgts	L240, i0_c, 90
L239:
	adds	i_2, i0_c, 32
	mov	i_3, i_2
	jmp	L241
L240:
	mov	i_3, i0_c
L241:
	ret	i_3
	endfunc
	export	tolower
toupper:	func	i32, i32:i0_c
	local	i64:i_0, i64:i_1, i64:i_2, i64:i_3
	blts	L244, i0_c, 97
L246:
	bgts	L244, i0_c, 122
L243:
	subs	i_2, i0_c, 32
	mov	i_3, i_2
	jmp	L245
L244:
	mov	i_3, i0_c
L245:
	ret	i_3
	endfunc
	export	toupper
	endmodule
`;

/** `exit.c`. */
export const EXIT = `viv.exit:	module
proto0:	proto	
proto1:	proto	i32:i0_code
proto2:	proto	i32, i32:i0_argc, u64:U0_argv, u64:U0_envp
	import	__viv_exit
	import	main
	forward	handlers
handlers:	bss	512
	forward	count
count:	bss	4
atexit:	func	i32, u64:U0_handler
	local	i64:I_0, i64:i_1, i64:I_2, i64:I_3, i64:i_4, i64:i_5, i64:I_6
	mov	I_0, count
	bnes	L2, i32:(I_0), 64
L1:
	ret	-1
	jmp	L3
L2:
L3:
	mov	I_2, handlers
	mov	I_3, count
	mov	i_4, i32:(I_3)
	mov	i_5, i32:(I_3)
	adds	i_5, i_5, 1
	mov	i32:(I_3), i_5
	ext32	I_6, i_4
	mov	u64:(I_2, I_6, 8), U0_handler
	ret	0
	endfunc
	export	atexit
exit:	func	i32:i0_code
	local	i64:I_0, i64:i_1, i64:I_2, i64:I_3, i64:i_4, i64:i_5, i64:I_6, i64:I_7
	local	i64:i_8
L5:
	mov	I_0, count
	bles	L6, i32:(I_0), 0
L4:
	mov	I_2, handlers
	mov	I_3, count
	mov	i_4, i32:(I_3)
	subs	i_4, i_4, 1
	mov	i32:(I_3), i_4
	mov	i_5, i_4
	ext32	I_6, i_5
	call	proto0, u64:(I_2, I_6, 8)
	mov	I_7, count
	bgts	L4, i32:(I_7), 0
L6:
	call	proto1, __viv_exit, i0_code
	ret
	endfunc
	export	exit
__viv_start:	func	i32:i0_argc, u64:U0_argv, u64:U0_envp
	local	i64:i_0
	call	proto2, main, i_0, i0_argc, U0_argv, U0_envp
	call	proto1, exit, i_0
	ret
	endfunc
	export	__viv_start
	endmodule
`;
