	.file	"<string>"
	.section	.rodata.cst8,"aM",@progbits,8
	.p2align	3, 0x0
.LCPI0_0:
	.quad	0x3ff000001ad7f29b
.LCPI0_1:
	.quad	0x3bfd83c94fb6d2ac
	.section	.ltext,"axl",@progbits
	.globl	_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	subq	$56, %rsp
	.cfi_def_cfa_offset 112
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	144(%rsp), %r12
	movabsq	$NRT_incref, %r15
	movq	%rdi, 24(%rsp)
	movq	%rcx, %rdi
	movq	%r9, %r13
	movq	%r8, %rbp
	movq	%rcx, %r14
	movq	%rdx, %rbx
	movq	%rsi, 16(%rsp)
	callq	*%r15
	movq	%r12, %rdi
	callq	*%r15
	testq	%rbx, %rbx
	jle	.LBB0_1
	movabsq	$.LCPI0_0, %rax
	incq	%rbx
	leaq	48(%rsp), %r15
	xorl	%r12d, %r12d
	vmovsd	(%rax), %xmm0
	movabsq	$.LCPI0_1, %rax
	vmovsd	(%rax), %xmm1
	vmovsd	%xmm0, 40(%rsp)
	vmovsd	%xmm1, 32(%rsp)
	.p2align	4
.LBB0_3:
	vmovsd	40(%rsp), %xmm0
	vmovsd	32(%rsp), %xmm1
	movq	112(%rsp), %r9
	movq	$0, 8(%rsp)
	leaq	8(%rsp), %rdi
	movq	%r15, %rsi
	movq	%r14, %rdx
	movq	%rbp, %rcx
	movq	%r13, %r8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	192(%rsp)
	.cfi_adjust_cfa_offset 8
	movabsq	$_ZN8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd, %rax
	callq	*%rax
	addq	$80, %rsp
	.cfi_adjust_cfa_offset -80
	testl	%eax, %eax
	jne	.LBB0_6
	addq	8(%rsp), %r12
	decq	%rbx
	cmpq	$1, %rbx
	jg	.LBB0_3
	jmp	.LBB0_5
.LBB0_1:
	xorl	%r12d, %r12d
.LBB0_5:
	movq	144(%rsp), %rdi
	movabsq	$NRT_decref, %rbx
	callq	*%rbx
	movq	%r14, %rdi
	callq	*%rbx
	movq	24(%rsp), %rax
	movq	%r12, (%rax)
	xorl	%eax, %eax
	jmp	.LBB0_7
.LBB0_6:
	movq	16(%rsp), %rcx
	movq	$0, (%rcx)
.LBB0_7:
	addq	$56, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.Lfunc_end0:
	.size	_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end0-_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.globl	_ZN7cpython8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN7cpython8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN7cpython8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	subq	$264, %rsp
	.cfi_def_cfa_offset 320
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	%rsi, %rdi
	leaq	120(%rsp), %rax
	movabsq	$.const.F, %rsi
	movabsq	$PyArg_UnpackTuple, %r10
	leaq	136(%rsp), %r8
	leaq	128(%rsp), %r9
	movl	$3, %edx
	movl	$3, %ecx
	movq	%rax, (%rsp)
	xorl	%eax, %eax
	callq	*%r10
	movq	$0, 88(%rsp)
	testl	%eax, %eax
	je	.LBB1_28
	movabsq	$_ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	cmpq	$0, (%rax)
	je	.LBB1_15
	movq	136(%rsp), %rdi
	movabsq	$PyNumber_Long, %rax
	callq	*%rax
	testq	%rax, %rax
	je	.LBB1_16
	movabsq	$PyLong_AsLongLong, %r15
	movq	%rax, %r14
	movq	%r14, %rdi
	callq	*%r15
	movabsq	$Py_DecRef, %rbx
	movq	%r14, %rdi
	movq	%rax, %r12
	callq	*%rbx
	movabsq	$PyErr_Occurred, %rax
	callq	*%rax
	testq	%rax, %rax
	jne	.LBB1_28
.LBB1_4:
	movq	128(%rsp), %rdi
	movabsq	$NRT_adapt_ndarray_from_python, %r13
	leaq	144(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 144(%rsp)
	vmovups	%ymm0, 168(%rsp)
	vzeroupper
	callq	*%r13
	testl	%eax, %eax
	jne	.LBB1_17
	cmpq	$8, 168(%rsp)
	jne	.LBB1_17
	movq	152(%rsp), %rax
	movq	120(%rsp), %rdi
	movq	144(%rsp), %r14
	movq	176(%rsp), %rbp
	movq	184(%rsp), %rbx
	movq	192(%rsp), %r15
	leaq	208(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 208(%rsp)
	vmovups	%ymm0, 232(%rsp)
	movq	%rax, 112(%rsp)
	movq	160(%rsp), %rax
	movq	%rax, 104(%rsp)
	vzeroupper
	callq	*%r13
	testl	%eax, %eax
	jne	.LBB1_19
	cmpq	$8, 232(%rsp)
	jne	.LBB1_19
	vmovups	216(%rsp), %xmm0
	vmovaps	240(%rsp), %xmm1
	movq	256(%rsp), %rax
	movq	208(%rsp), %r13
	movq	$0, 96(%rsp)
	leaq	96(%rsp), %rdi
	leaq	88(%rsp), %rsi
	movq	%r12, %rdx
	movq	%r14, %rcx
	movq	%rax, 80(%rsp)
	movabsq	$_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	vmovups	%xmm1, 64(%rsp)
	vmovups	%xmm0, 40(%rsp)
	movq	%r13, 32(%rsp)
	movq	%r15, 24(%rsp)
	movq	%rbx, 16(%rsp)
	movq	%rbp, 8(%rsp)
	movq	$8, 56(%rsp)
	movq	$8, (%rsp)
	movq	112(%rsp), %r8
	movq	104(%rsp), %r9
	callq	*%rax
	movq	88(%rsp), %rbx
	movq	96(%rsp), %r15
	movabsq	$NRT_decref, %r12
	movq	%r14, %rdi
	movl	%eax, %ebp
	callq	*%r12
	movq	%r13, %rdi
	callq	*%r12
	testl	%ebp, %ebp
	jne	.LBB1_11
	movabsq	$PyLong_FromLongLong, %rax
	movq	%r15, %rdi
	callq	*%rax
.LBB1_10:
	addq	$264, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB1_11:
	.cfi_def_cfa_offset 320
	jle	.LBB1_20
	movabsq	$PyErr_Clear, %rax
	callq	*%rax
	movl	8(%rbx), %esi
	movq	(%rbx), %rdi
	cmpl	$0, 32(%rbx)
	jle	.LBB1_23
	movslq	%esi, %rsi
	movabsq	$PyBytes_FromStringAndSize, %rax
	callq	*%rax
	movq	16(%rbx), %rdi
	movq	%rax, %r14
	callq	*24(%rbx)
	testq	%rax, %rax
	je	.LBB1_30
	movabsq	$numba_runtime_build_excinfo_struct, %rcx
	movq	%r14, %rdi
	movq	%rax, %rsi
	callq	*%rcx
	movabsq	$NRT_Free, %r15
	movq	%rbx, %rdi
	movq	%rax, %r14
	callq	*%r15
	jmp	.LBB1_24
.LBB1_15:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.missing Environment: _ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE", %rsi
	jmp	.LBB1_18
.LBB1_16:
	xorl	%r12d, %r12d
	movabsq	$PyErr_Occurred, %rax
	callq	*%rax
	testq	%rax, %rax
	je	.LBB1_4
	jmp	.LBB1_28
.LBB1_17:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
.LBB1_18:
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_28
.LBB1_19:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	movabsq	$NRT_decref, %rax
	jmp	.LBB1_26
.LBB1_20:
	cmpl	$-3, %ebp
	je	.LBB1_29
	cmpl	$-1, %ebp
	je	.LBB1_28
	movabsq	$PyExc_SystemError, %rdi
	movabsq	$".const.unknown error when calling native function", %rsi
	jmp	.LBB1_18
.LBB1_23:
	movq	16(%rbx), %rdx
	movabsq	$numba_unpickle, %rax
	callq	*%rax
	movq	%rax, %r14
.LBB1_24:
	testq	%r14, %r14
	je	.LBB1_28
	movabsq	$numba_do_raise, %rax
.LBB1_26:
	movq	%r14, %rdi
.LBB1_27:
	callq	*%rax
.LBB1_28:
	xorl	%eax, %eax
	jmp	.LBB1_10
.LBB1_29:
	movabsq	$PyExc_StopIteration, %rdi
	movabsq	$PyErr_SetNone, %rax
	jmp	.LBB1_27
.LBB1_30:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.Error creating Python tuple from runtime exception arguments", %rsi
	jmp	.LBB1_18
.Lfunc_end1:
	.size	_ZN7cpython8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end1-_ZN7cpython8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.globl	cfunc._ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	cfunc._ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
cfunc._ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%rbx
	.cfi_def_cfa_offset 40
	subq	$120, %rsp
	.cfi_def_cfa_offset 160
	.cfi_offset %rbx, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	vmovaps	160(%rsp), %xmm0
	vmovups	176(%rsp), %ymm1
	vmovaps	208(%rsp), %xmm2
	movq	%rcx, %rax
	movq	%rsi, %rcx
	movq	224(%rsp), %rsi
	movq	%rdx, %r10
	movq	%rdi, %rdx
	movabsq	$_ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %r11
	leaq	112(%rsp), %rdi
	movq	$0, 112(%rsp)
	movq	$0, 104(%rsp)
	movq	%rsi, 80(%rsp)
	leaq	104(%rsp), %rsi
	vmovups	%xmm2, 64(%rsp)
	vmovups	%ymm1, 32(%rsp)
	vmovups	%xmm0, 16(%rsp)
	movq	%r9, 8(%rsp)
	movq	%r8, (%rsp)
	movq	%r10, %r8
	movq	%rax, %r9
	vzeroupper
	callq	*%r11
	movl	%eax, %ecx
	movq	104(%rsp), %rbx
	movq	112(%rsp), %rax
	movl	$0, 100(%rsp)
	testl	%ecx, %ecx
	jne	.LBB2_1
.LBB2_8:
	addq	$120, %rsp
	.cfi_def_cfa_offset 40
	popq	%rbx
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB2_1:
	.cfi_def_cfa_offset 160
	movabsq	$numba_gil_ensure, %r14
	leaq	100(%rsp), %rdi
	movq	%rax, %r15
	movl	%ecx, %ebp
	callq	*%r14
	testl	%ebp, %ebp
	jle	.LBB2_9
	movabsq	$PyErr_Clear, %rax
	callq	*%rax
	movl	8(%rbx), %esi
	movq	(%rbx), %rdi
	cmpl	$0, 32(%rbx)
	jle	.LBB2_12
	movslq	%esi, %rsi
	movabsq	$PyBytes_FromStringAndSize, %rax
	callq	*%rax
	movq	16(%rbx), %rdi
	movq	%rax, %r14
	callq	*24(%rbx)
	testq	%rax, %rax
	je	.LBB2_4
	movabsq	$numba_runtime_build_excinfo_struct, %rcx
	movq	%r14, %rdi
	movq	%rax, %rsi
	callq	*%rcx
	movabsq	$NRT_Free, %rbp
	movq	%rbx, %rdi
	movq	%rax, %r14
	callq	*%rbp
	jmp	.LBB2_13
.LBB2_9:
	movl	%ebp, %eax
	cmpl	$-3, %ebp
	je	.LBB2_5
	cmpl	$-1, %eax
	je	.LBB2_7
	movabsq	$PyExc_SystemError, %rdi
	movabsq	$".const.unknown error when calling native function.2", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB2_7
.LBB2_12:
	movq	16(%rbx), %rdx
	movabsq	$numba_unpickle, %rax
	callq	*%rax
	movq	%rax, %r14
.LBB2_13:
	testq	%r14, %r14
	je	.LBB2_7
	movabsq	$numba_do_raise, %rax
	movq	%r14, %rdi
.LBB2_6:
	callq	*%rax
.LBB2_7:
	movabsq	$".const.<numba.core.cpu.CPUContext>", %rdi
	movabsq	$PyUnicode_FromString, %rax
	callq	*%rax
	movabsq	$PyErr_WriteUnraisable, %r14
	movq	%rax, %rbx
	movq	%rbx, %rdi
	callq	*%r14
	movabsq	$Py_DecRef, %rax
	movq	%rbx, %rdi
	callq	*%rax
	movabsq	$numba_gil_release, %rax
	leaq	100(%rsp), %rdi
	callq	*%rax
	movq	%r15, %rax
	jmp	.LBB2_8
.LBB2_5:
	movabsq	$PyExc_StopIteration, %rdi
	movabsq	$PyErr_SetNone, %rax
	jmp	.LBB2_6
.LBB2_4:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.Error creating Python tuple from runtime exception arguments.1", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	xorl	%eax, %eax
	jmp	.LBB2_8
.Lfunc_end2:
	.size	cfunc._ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end2-cfunc._ZN8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.section	.rodata.cst8,"aM",@progbits,8
	.p2align	3, 0x0
.LCPI3_0:
	.quad	0xbb1125fc2e250651
.LCPI3_1:
	.quad	0x3b1125fc2e250651
	.section	.ltext,"axl",@progbits
	.weak	_ZN8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd
	.p2align	4
	.type	_ZN8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd,@function
_ZN8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd:
	.cfi_startproc
	movq	16(%rsp), %rax
	testq	%rax, %rax
	jle	.LBB3_1
	movq	64(%rsp), %rcx
	movq	8(%rsp), %rdx
	cmpq	$8, %rax
	jb	.LBB3_3
	leaq	(%rcx,%rax,8), %r8
	leaq	(%rdx,%rax,8), %rsi
	cmpq	%r8, %rdx
	setb	%r8b
	cmpq	%rsi, %rcx
	setb	%sil
	testb	%r8b, %sil
	je	.LBB3_5
.LBB3_3:
	xorl	%r8d, %r8d
	xorl	%esi, %esi
.LBB3_14:
	movq	%rax, %r10
	andq	$3, %r10
	je	.LBB3_15
	movabsq	$.LCPI3_0, %r9
	movabsq	$.LCPI3_1, %r11
	vmovsd	(%r9), %xmm2
	vmovsd	(%r11), %xmm3
	movq	%rsi, %r9
	.p2align	4
.LBB3_17:
	vmovsd	(%rdx,%r9,8), %xmm4
	vmovapd	%xmm0, %xmm6
	vmulsd	%xmm4, %xmm0, %xmm5
	vfmsub213sd	%xmm5, %xmm4, %xmm6
	vfmadd231sd	%xmm4, %xmm1, %xmm6
	vfmadd231sd	(%rcx,%r9,8), %xmm0, %xmm6
	vmovapd	%xmm6, %xmm4
	vfmadd231sd	%xmm2, %xmm5, %xmm4
	vfmadd231sd	%xmm3, %xmm5, %xmm6
	vaddsd	%xmm4, %xmm5, %xmm4
	vaddsd	%xmm6, %xmm5, %xmm5
	vcmpneqsd	%xmm5, %xmm4, %k0
	vmovsd	%xmm4, (%rdx,%r9,8)
	incq	%r9
	kmovw	%k0, %r11d
	addq	%r11, %r8
	decq	%r10
	jne	.LBB3_17
	subq	%rax, %rsi
	cmpq	$-4, %rsi
	jbe	.LBB3_19
.LBB3_21:
	xorl	%eax, %eax
	movq	%r8, (%rdi)
	vzeroupper
	retq
.LBB3_1:
	xorl	%r8d, %r8d
	xorl	%eax, %eax
	movq	%r8, (%rdi)
	retq
.LBB3_15:
	movq	%rsi, %r9
	subq	%rax, %rsi
	cmpq	$-4, %rsi
	ja	.LBB3_21
.LBB3_19:
	movabsq	$.LCPI3_0, %rsi
	movabsq	$.LCPI3_1, %r10
	vmovsd	(%rsi), %xmm2
	vmovsd	(%r10), %xmm3
	.p2align	4
.LBB3_20:
	vmovsd	(%rdx,%r9,8), %xmm4
	vmovapd	%xmm0, %xmm7
	vmovsd	8(%rdx,%r9,8), %xmm5
	vmulsd	%xmm4, %xmm0, %xmm6
	vfmsub213sd	%xmm6, %xmm4, %xmm7
	vfmadd231sd	%xmm4, %xmm1, %xmm7
	vfmadd231sd	(%rcx,%r9,8), %xmm0, %xmm7
	vmovapd	%xmm2, %xmm4
	vfmadd213sd	%xmm7, %xmm6, %xmm4
	vfmadd231sd	%xmm3, %xmm6, %xmm7
	vaddsd	%xmm4, %xmm6, %xmm4
	vaddsd	%xmm7, %xmm6, %xmm6
	vcmpneqsd	%xmm6, %xmm4, %k0
	vmovsd	%xmm4, (%rdx,%r9,8)
	vmulsd	%xmm5, %xmm0, %xmm4
	vmovapd	%xmm0, %xmm6
	kmovw	%k0, %esi
	vfmsub213sd	%xmm4, %xmm5, %xmm6
	addq	%r8, %rsi
	vfmadd231sd	%xmm5, %xmm1, %xmm6
	vfmadd231sd	8(%rcx,%r9,8), %xmm0, %xmm6
	vmovapd	%xmm2, %xmm5
	vfmadd213sd	%xmm6, %xmm4, %xmm5
	vfmadd231sd	%xmm3, %xmm4, %xmm6
	vaddsd	%xmm5, %xmm4, %xmm5
	vaddsd	%xmm6, %xmm4, %xmm4
	vmovapd	%xmm0, %xmm6
	vmovsd	%xmm5, 8(%rdx,%r9,8)
	vcmpneqsd	%xmm4, %xmm5, %k0
	vmovsd	16(%rdx,%r9,8), %xmm4
	kmovw	%k0, %r8d
	vmulsd	%xmm4, %xmm0, %xmm5
	vfmsub213sd	%xmm5, %xmm4, %xmm6
	vfmadd231sd	%xmm4, %xmm1, %xmm6
	vfmadd231sd	16(%rcx,%r9,8), %xmm0, %xmm6
	vmovapd	%xmm2, %xmm4
	vfmadd213sd	%xmm6, %xmm5, %xmm4
	vfmadd231sd	%xmm3, %xmm5, %xmm6
	vaddsd	%xmm4, %xmm5, %xmm4
	vaddsd	%xmm6, %xmm5, %xmm5
	vmovapd	%xmm0, %xmm6
	vmovsd	%xmm4, 16(%rdx,%r9,8)
	vcmpneqsd	%xmm5, %xmm4, %k0
	vmovsd	24(%rdx,%r9,8), %xmm4
	kmovw	%k0, %r10d
	addq	%r8, %r10
	addq	%rsi, %r10
	vmulsd	%xmm4, %xmm0, %xmm5
	vfmsub213sd	%xmm5, %xmm4, %xmm6
	vfmadd231sd	%xmm4, %xmm1, %xmm6
	vfmadd231sd	24(%rcx,%r9,8), %xmm0, %xmm6
	vmovapd	%xmm2, %xmm4
	vfmadd213sd	%xmm6, %xmm5, %xmm4
	vfmadd231sd	%xmm3, %xmm5, %xmm6
	vaddsd	%xmm4, %xmm5, %xmm4
	vaddsd	%xmm6, %xmm5, %xmm5
	vcmpneqsd	%xmm5, %xmm4, %k0
	vmovsd	%xmm4, 24(%rdx,%r9,8)
	addq	$4, %r9
	kmovw	%k0, %r8d
	addq	%r10, %r8
	cmpq	%r9, %rax
	jne	.LBB3_20
	jmp	.LBB3_21
.LBB3_5:
	movabsq	$9223372036854775776, %r10
	movabsq	$.LCPI3_0, %r9
	cmpq	$31, %rax
	ja	.LBB3_7
	vbroadcastsd	%xmm0, %zmm2
	vbroadcastsd	%xmm1, %zmm3
	xorl	%esi, %esi
	xorl	%r8d, %r8d
	jmp	.LBB3_11
.LBB3_7:
	vbroadcastsd	(%r9), %zmm5
	vbroadcastsd	%xmm0, %zmm2
	vbroadcastsd	%xmm1, %zmm3
	movq	%rax, %rsi
	andq	%r10, %rsi
	vpxor	%xmm4, %xmm4, %xmm4
	xorl	%r8d, %r8d
	vpxor	%xmm6, %xmm6, %xmm6
	vpxor	%xmm7, %xmm7, %xmm7
	vpxor	%xmm8, %xmm8, %xmm8
	.p2align	4
.LBB3_8:
	vmovupd	(%rdx,%r8,8), %zmm9
	vmovupd	64(%rdx,%r8,8), %zmm10
	vmovupd	128(%rdx,%r8,8), %zmm11
	vmovupd	192(%rdx,%r8,8), %zmm12
	vmovapd	%zmm2, %zmm17
	vmovapd	%zmm2, %zmm18
	vmovapd	%zmm2, %zmm19
	vmovapd	%zmm2, %zmm20
	vmulpd	%zmm9, %zmm2, %zmm13
	vmulpd	%zmm10, %zmm2, %zmm14
	vmulpd	%zmm11, %zmm2, %zmm15
	vmulpd	%zmm12, %zmm2, %zmm16
	vfmsub213pd	%zmm13, %zmm9, %zmm17
	vfmsub213pd	%zmm14, %zmm10, %zmm18
	vfmsub213pd	%zmm15, %zmm11, %zmm19
	vfmsub213pd	%zmm16, %zmm12, %zmm20
	vfmadd231pd	%zmm9, %zmm3, %zmm17
	vfmadd231pd	%zmm10, %zmm3, %zmm18
	vfmadd231pd	%zmm11, %zmm3, %zmm19
	vfmadd231pd	%zmm12, %zmm3, %zmm20
	vfmadd231pd	(%rcx,%r8,8), %zmm2, %zmm17
	vfmadd231pd	64(%rcx,%r8,8), %zmm2, %zmm18
	vfmadd231pd	128(%rcx,%r8,8), %zmm2, %zmm19
	vfmadd231pd	192(%rcx,%r8,8), %zmm2, %zmm20
	vmovapd	%zmm5, %zmm9
	vmovapd	%zmm5, %zmm10
	vmovapd	%zmm5, %zmm11
	vmovapd	%zmm5, %zmm12
	vfmadd213pd	%zmm17, %zmm13, %zmm9
	vfmadd213pd	%zmm18, %zmm14, %zmm10
	vfmadd213pd	%zmm19, %zmm15, %zmm11
	vfmadd213pd	%zmm20, %zmm16, %zmm12
	vfnmadd231pd	%zmm5, %zmm13, %zmm17
	vfnmadd231pd	%zmm5, %zmm14, %zmm18
	vfnmadd231pd	%zmm5, %zmm15, %zmm19
	vfnmadd231pd	%zmm5, %zmm16, %zmm20
	vaddpd	%zmm9, %zmm13, %zmm9
	vaddpd	%zmm10, %zmm14, %zmm10
	vaddpd	%zmm11, %zmm15, %zmm11
	vaddpd	%zmm12, %zmm16, %zmm12
	vaddpd	%zmm17, %zmm13, %zmm13
	vaddpd	%zmm18, %zmm14, %zmm14
	vaddpd	%zmm19, %zmm15, %zmm15
	vaddpd	%zmm20, %zmm16, %zmm16
	vcmpneqpd	%zmm13, %zmm9, %k0
	vcmpneqpd	%zmm14, %zmm10, %k1
	vcmpneqpd	%zmm15, %zmm11, %k2
	vcmpneqpd	%zmm16, %zmm12, %k3
	vmovupd	%zmm9, (%rdx,%r8,8)
	vmovupd	%zmm10, 64(%rdx,%r8,8)
	vmovupd	%zmm11, 128(%rdx,%r8,8)
	vmovupd	%zmm12, 192(%rdx,%r8,8)
	addq	$32, %r8
	vpmovm2q	%k0, %zmm9
	vpsubq	%zmm9, %zmm4, %zmm4
	vpmovm2q	%k1, %zmm9
	vpsubq	%zmm9, %zmm6, %zmm6
	vpmovm2q	%k2, %zmm9
	vpsubq	%zmm9, %zmm7, %zmm7
	vpmovm2q	%k3, %zmm9
	vpsubq	%zmm9, %zmm8, %zmm8
	cmpq	%r8, %rsi
	jne	.LBB3_8
	vpaddq	%zmm4, %zmm6, %zmm4
	vpaddq	%zmm8, %zmm7, %zmm5
	vpaddq	%zmm5, %zmm4, %zmm4
	vextracti64x4	$1, %zmm4, %ymm5
	vpaddq	%zmm4, %zmm5, %zmm4
	vextracti128	$1, %ymm4, %xmm5
	vpaddq	%xmm4, %xmm5, %xmm4
	vpshufd	$238, %xmm4, %xmm5
	vpaddq	%xmm4, %xmm5, %xmm4
	vmovq	%xmm4, %r8
	cmpq	%rsi, %rax
	je	.LBB3_21
	testb	$24, %al
	je	.LBB3_14
.LBB3_11:
	vbroadcastsd	(%r9), %zmm5
	addq	$24, %r10
	movq	%rsi, %r11
	vmovq	%r8, %xmm4
	movq	%r10, %rsi
	andq	%rax, %rsi
	.p2align	4
.LBB3_12:
	vmovupd	(%rdx,%r11,8), %zmm6
	vmovapd	%zmm2, %zmm8
	vmulpd	%zmm6, %zmm2, %zmm7
	vfmsub213pd	%zmm7, %zmm6, %zmm8
	vfmadd231pd	%zmm6, %zmm3, %zmm8
	vfmadd231pd	(%rcx,%r11,8), %zmm2, %zmm8
	vmovapd	%zmm5, %zmm6
	vfmadd213pd	%zmm8, %zmm7, %zmm6
	vfnmadd231pd	%zmm5, %zmm7, %zmm8
	vaddpd	%zmm6, %zmm7, %zmm6
	vaddpd	%zmm8, %zmm7, %zmm7
	vcmpneqpd	%zmm7, %zmm6, %k0
	vmovupd	%zmm6, (%rdx,%r11,8)
	addq	$8, %r11
	vpmovm2q	%k0, %zmm6
	vpsubq	%zmm6, %zmm4, %zmm4
	cmpq	%r11, %rsi
	jne	.LBB3_12
	vextracti64x4	$1, %zmm4, %ymm2
	vpaddq	%zmm4, %zmm2, %zmm2
	vextracti128	$1, %ymm2, %xmm3
	vpaddq	%xmm2, %xmm3, %xmm2
	vpshufd	$238, %xmm2, %xmm3
	vpaddq	%xmm2, %xmm3, %xmm2
	vmovq	%xmm2, %r8
	cmpq	%rsi, %rax
	jne	.LBB3_14
	jmp	.LBB3_21
.Lfunc_end3:
	.size	_ZN8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd, .Lfunc_end3-_ZN8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd
	.cfi_endproc

	.weak	NRT_incref
	.p2align	4
	.type	NRT_incref,@function
NRT_incref:
	testq	%rdi, %rdi
	je	.LBB4_2
	lock		incq	(%rdi)
.LBB4_2:
	retq
.Lfunc_end4:
	.size	NRT_incref, .Lfunc_end4-NRT_incref

	.weak	NRT_decref
	.p2align	4
	.type	NRT_decref,@function
NRT_decref:
	.cfi_startproc
	testq	%rdi, %rdi
	je	.LBB5_2
	#MEMBARRIER
	lock		decq	(%rdi)
	je	.LBB5_3
.LBB5_2:
	retq
.LBB5_3:
	movabsq	$NRT_MemInfo_call_dtor, %rax
	#MEMBARRIER
	jmpq	*%rax
.Lfunc_end5:
	.size	NRT_decref, .Lfunc_end5-NRT_decref
	.cfi_endproc

	.type	.const.F,@object
	.section	.lrodata,"al",@progbits
.const.F:
	.asciz	"F"
	.size	.const.F, 2

	.type	_ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	".const.missing Environment: _ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE",@object
	.p2align	4, 0x0
".const.missing Environment: _ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE":
	.asciz	"missing Environment: _ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE"
	.size	".const.missing Environment: _ZN08NumbaEnv8__main__1FB3v15B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE", 156

	.type	".const.can't unbox array from PyObject into native value.  The object maybe of a different type",@object
	.p2align	4, 0x0
".const.can't unbox array from PyObject into native value.  The object maybe of a different type":
	.asciz	"can't unbox array from PyObject into native value.  The object maybe of a different type"
	.size	".const.can't unbox array from PyObject into native value.  The object maybe of a different type", 89

	.type	".const.Error creating Python tuple from runtime exception arguments",@object
	.p2align	4, 0x0
".const.Error creating Python tuple from runtime exception arguments":
	.asciz	"Error creating Python tuple from runtime exception arguments"
	.size	".const.Error creating Python tuple from runtime exception arguments", 61

	.type	".const.unknown error when calling native function",@object
	.p2align	4, 0x0
".const.unknown error when calling native function":
	.asciz	"unknown error when calling native function"
	.size	".const.unknown error when calling native function", 43

	.type	".const.Error creating Python tuple from runtime exception arguments.1",@object
	.p2align	4, 0x0
".const.Error creating Python tuple from runtime exception arguments.1":
	.asciz	"Error creating Python tuple from runtime exception arguments"
	.size	".const.Error creating Python tuple from runtime exception arguments.1", 61

	.type	".const.unknown error when calling native function.2",@object
	.p2align	4, 0x0
".const.unknown error when calling native function.2":
	.asciz	"unknown error when calling native function"
	.size	".const.unknown error when calling native function.2", 43

	.type	".const.<numba.core.cpu.CPUContext>",@object
	.p2align	4, 0x0
".const.<numba.core.cpu.CPUContext>":
	.asciz	"<numba.core.cpu.CPUContext>"
	.size	".const.<numba.core.cpu.CPUContext>", 28

	.type	_ZN08NumbaEnv8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle15straight_kernel16_round_quotientsB3v16B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedEdd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle15straight_kernel16_rounded_productB3v17B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle15straight_kernel16_rounded_productB3v17B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle11double_word15_two_prod_fusedB3v13B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle11double_word15_two_prod_fusedB3v13B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,8,8
	.section	".note.GNU-stack","",@progbits
