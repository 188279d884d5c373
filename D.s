	.file	"<string>"
	.section	.ltext,"axl",@progbits
	.globl	_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	subq	$40, %rsp
	.cfi_def_cfa_offset 96
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	128(%rsp), %r12
	movabsq	$NRT_incref, %r15
	movq	%rdi, 24(%rsp)
	movq	%rcx, %rdi
	movq	%r9, %rbp
	movq	%r8, %r13
	movq	%rcx, %r14
	movq	%rdx, %rbx
	movq	%rsi, 16(%rsp)
	movq	$0, 8(%rsp)
	callq	*%r15
	movq	%r12, %rdi
	callq	*%r15
	movq	184(%rsp), %rdi
	callq	*%r15
	movq	240(%rsp), %rdi
	callq	*%r15
	testq	%rbx, %rbx
	jle	.LBB0_4
	incq	%rbx
	leaq	32(%rsp), %r15
	leaq	8(%rsp), %r12
	.p2align	4
.LBB0_2:
	movq	96(%rsp), %r9
	movq	%r15, %rdi
	movq	%r12, %rsi
	movq	%r14, %rdx
	movq	%r13, %rcx
	movq	%rbp, %r8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	pushq	288(%rsp)
	.cfi_adjust_cfa_offset 8
	movabsq	$_ZN8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	callq	*%rax
	addq	$192, %rsp
	.cfi_adjust_cfa_offset -192
	testl	%eax, %eax
	jne	.LBB0_5
	decq	%rbx
	cmpq	$1, %rbx
	jg	.LBB0_2
.LBB0_4:
	movq	184(%rsp), %rdi
	movabsq	$NRT_decref, %rbx
	callq	*%rbx
	movq	240(%rsp), %rdi
	callq	*%rbx
	movq	128(%rsp), %rdi
	callq	*%rbx
	movq	%r14, %rdi
	callq	*%rbx
	movq	24(%rsp), %rax
	movq	$0, (%rax)
	xorl	%eax, %eax
	jmp	.LBB0_6
.LBB0_5:
	movq	8(%rsp), %rcx
	movq	16(%rsp), %rdx
	movq	%rcx, (%rdx)
.LBB0_6:
	addq	$40, %rsp
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
	.size	_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end0-_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.globl	_ZN7cpython8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN7cpython8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN7cpython8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	subq	$632, %rsp
	.cfi_def_cfa_offset 688
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	leaq	328(%rsp), %rax
	movq	%rsi, %rdi
	movabsq	$.const.D, %rsi
	movabsq	$PyArg_UnpackTuple, %r10
	leaq	360(%rsp), %r8
	leaq	352(%rsp), %r9
	movl	$5, %edx
	movl	$5, %ecx
	xorl	%ebx, %ebx
	movq	%rax, 16(%rsp)
	leaq	336(%rsp), %rax
	movq	%rax, 8(%rsp)
	leaq	344(%rsp), %rax
	movq	%rax, (%rsp)
	xorl	%eax, %eax
	callq	*%r10
	movq	$0, 240(%rsp)
	testl	%eax, %eax
	je	.LBB1_14
	movabsq	$_ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	cmpq	$0, (%rax)
	je	.LBB1_19
	movq	360(%rsp), %rdi
	movabsq	$PyNumber_Long, %rax
	callq	*%rax
	testq	%rax, %rax
	je	.LBB1_20
	movabsq	$PyLong_AsLongLong, %r12
	movq	%rax, %rbx
	movq	%rbx, %rdi
	callq	*%r12
	movabsq	$Py_DecRef, %r14
	movq	%rbx, %rdi
	movq	%rax, %r15
	callq	*%r14
	movabsq	$PyErr_Occurred, %rax
	callq	*%rax
	testq	%rax, %rax
	jne	.LBB1_21
.LBB1_4:
	movq	352(%rsp), %rdi
	movabsq	$NRT_adapt_ndarray_from_python, %r14
	leaq	496(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 496(%rsp)
	vmovups	%ymm0, 520(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_22
	cmpq	$8, 520(%rsp)
	jne	.LBB1_22
	movq	536(%rsp), %rax
	movq	344(%rsp), %rdi
	movq	496(%rsp), %rbx
	movq	504(%rsp), %r13
	movq	512(%rsp), %rbp
	movq	528(%rsp), %r12
	leaq	432(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 432(%rsp)
	vmovups	%ymm0, 456(%rsp)
	movq	%rax, 208(%rsp)
	movq	544(%rsp), %rax
	movq	%rax, 320(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_24
	cmpq	$8, 456(%rsp)
	jne	.LBB1_24
	movq	440(%rsp), %rax
	movq	448(%rsp), %rcx
	movq	464(%rsp), %rdx
	movq	336(%rsp), %rdi
	movq	%r12, 312(%rsp)
	movq	432(%rsp), %r12
	leaq	368(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 368(%rsp)
	vmovups	%ymm0, 392(%rsp)
	movq	%rax, 304(%rsp)
	movq	%rcx, 296(%rsp)
	movq	472(%rsp), %rcx
	movq	480(%rsp), %rax
	movq	%rdx, 288(%rsp)
	movq	%rcx, 280(%rsp)
	movq	%rax, 272(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_25
	cmpq	$8, 392(%rsp)
	jne	.LBB1_25
	movq	368(%rsp), %rax
	movq	328(%rsp), %rdi
	movq	%rbp, 248(%rsp)
	movq	%r13, 256(%rsp)
	movq	%r12, 224(%rsp)
	movq	%r15, 264(%rsp)
	movq	%rbx, 232(%rsp)
	movq	376(%rsp), %r13
	movq	384(%rsp), %rbx
	movq	400(%rsp), %r15
	movq	408(%rsp), %r12
	movq	416(%rsp), %rbp
	leaq	560(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 560(%rsp)
	vmovups	%ymm0, 584(%rsp)
	movq	%rax, 216(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_26
	cmpq	$8, 584(%rsp)
	jne	.LBB1_26
	vmovups	568(%rsp), %xmm0
	vmovaps	592(%rsp), %xmm1
	movq	608(%rsp), %rax
	movq	560(%rsp), %r14
	leaq	624(%rsp), %rdi
	leaq	240(%rsp), %rsi
	movq	%rax, 192(%rsp)
	vmovups	%xmm1, 176(%rsp)
	vmovups	%xmm0, 152(%rsp)
	movq	%rbp, 136(%rsp)
	movq	%r12, 128(%rsp)
	movq	%r15, 120(%rsp)
	movq	%rbx, 104(%rsp)
	movq	%r13, 96(%rsp)
	movq	%r14, 144(%rsp)
	movq	$8, 168(%rsp)
	movq	$8, 112(%rsp)
	movq	$8, 56(%rsp)
	movq	$8, (%rsp)
	movq	280(%rsp), %rcx
	movq	288(%rsp), %rdx
	movq	272(%rsp), %rax
	movq	216(%rsp), %r12
	movq	224(%rsp), %rbp
	movq	256(%rsp), %r8
	movq	248(%rsp), %r9
	movq	232(%rsp), %r15
	movq	%rcx, 72(%rsp)
	movq	%rdx, 64(%rsp)
	movq	296(%rsp), %rcx
	movq	304(%rsp), %rdx
	movq	%rax, 80(%rsp)
	movabsq	$_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	movq	%r12, 88(%rsp)
	movq	%rbp, 32(%rsp)
	movq	%rcx, 48(%rsp)
	movq	%rdx, 40(%rsp)
	movq	320(%rsp), %rcx
	movq	208(%rsp), %rdx
	movq	%rcx, 24(%rsp)
	movq	%rdx, 16(%rsp)
	movq	312(%rsp), %rcx
	movq	264(%rsp), %rdx
	movq	%rcx, 8(%rsp)
	movq	%r15, %rcx
	callq	*%rax
	movq	240(%rsp), %rcx
	movabsq	$NRT_decref, %rbx
	movq	%r15, %rdi
	movl	%eax, %r13d
	movq	%rcx, 208(%rsp)
	callq	*%rbx
	movq	%rbp, %rdi
	callq	*%rbx
	movq	%r12, %rdi
	callq	*%rbx
	movq	%r14, %rdi
	callq	*%rbx
	testl	%r13d, %r13d
	jne	.LBB1_15
	movabsq	$_Py_NoneStruct, %rbx
	movabsq	$Py_IncRef, %rax
	movq	%rbx, %rdi
	callq	*%rax
.LBB1_14:
	movq	%rbx, %rax
	addq	$632, %rsp
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
.LBB1_15:
	.cfi_def_cfa_offset 688
	movq	208(%rsp), %r14
	jle	.LBB1_29
	movabsq	$PyErr_Clear, %rax
	callq	*%rax
	movl	8(%r14), %esi
	movq	(%r14), %rdi
	cmpl	$0, 32(%r14)
	jle	.LBB1_32
	movslq	%esi, %rsi
	movabsq	$PyBytes_FromStringAndSize, %rax
	callq	*%rax
	movq	16(%r14), %rdi
	movq	%rax, %rbx
	callq	*24(%r14)
	testq	%rax, %rax
	je	.LBB1_40
	movabsq	$numba_runtime_build_excinfo_struct, %rcx
	movq	%rbx, %rdi
	movq	%rax, %rsi
	callq	*%rcx
	movabsq	$NRT_Free, %r15
	movq	%r14, %rdi
	movq	%rax, %rbx
	callq	*%r15
	jmp	.LBB1_33
.LBB1_19:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.missing Environment: _ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE", %rsi
	jmp	.LBB1_23
.LBB1_20:
	xorl	%r15d, %r15d
	movabsq	$PyErr_Occurred, %rax
	callq	*%rax
	testq	%rax, %rax
	je	.LBB1_4
	jmp	.LBB1_21
.LBB1_22:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
.LBB1_23:
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	xorl	%ebx, %ebx
	jmp	.LBB1_14
.LBB1_24:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_28
.LBB1_25:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_27
.LBB1_26:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	movq	216(%rsp), %rdi
	movabsq	$NRT_decref, %rax
	callq	*%rax
	movq	232(%rsp), %rbx
	movq	224(%rsp), %r12
.LBB1_27:
	movabsq	$NRT_decref, %rax
	movq	%r12, %rdi
	callq	*%rax
.LBB1_28:
	movabsq	$NRT_decref, %rax
	jmp	.LBB1_35
.LBB1_29:
	cmpl	$-3, %r13d
	je	.LBB1_37
	cmpl	$-1, %r13d
	jne	.LBB1_38
.LBB1_21:
	xorl	%ebx, %ebx
	jmp	.LBB1_14
.LBB1_32:
	movq	16(%r14), %rdx
	movabsq	$numba_unpickle, %rax
	callq	*%rax
	movq	%rax, %rbx
.LBB1_33:
	testq	%rbx, %rbx
	je	.LBB1_21
	movabsq	$numba_do_raise, %rax
.LBB1_35:
	movq	%rbx, %rdi
.LBB1_36:
	callq	*%rax
	xorl	%ebx, %ebx
	jmp	.LBB1_14
.LBB1_37:
	movabsq	$PyExc_StopIteration, %rdi
	movabsq	$PyErr_SetNone, %rax
	jmp	.LBB1_36
.LBB1_38:
	movabsq	$PyExc_SystemError, %rdi
	movabsq	$".const.unknown error when calling native function", %rsi
	jmp	.LBB1_23
.LBB1_40:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.Error creating Python tuple from runtime exception arguments", %rsi
	jmp	.LBB1_23
.Lfunc_end1:
	.size	_ZN7cpython8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end1-_ZN7cpython8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.globl	cfunc._ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	cfunc._ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
cfunc._ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%rbx
	.cfi_def_cfa_offset 40
	subq	$232, %rsp
	.cfi_def_cfa_offset 272
	.cfi_offset %rbx, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	vmovups	344(%rsp), %ymm3
	vmovups	376(%rsp), %xmm4
	vmovups	400(%rsp), %ymm5
	vmovaps	432(%rsp), %xmm6
	vmovaps	272(%rsp), %xmm0
	vmovups	288(%rsp), %ymm1
	vmovaps	320(%rsp), %xmm2
	movq	%rcx, %rax
	movq	%rdx, %r10
	movq	%rsi, %rcx
	movq	%rdi, %rdx
	movq	448(%rsp), %r11
	movq	336(%rsp), %rsi
	movq	392(%rsp), %rdi
	movq	$0, 224(%rsp)
	movq	$0, 216(%rsp)
	movq	%r11, 192(%rsp)
	movabsq	$_ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %r11
	vmovups	%xmm6, 176(%rsp)
	vmovups	%ymm5, 144(%rsp)
	movq	%rdi, 136(%rsp)
	vmovups	%xmm4, 120(%rsp)
	vmovups	%ymm3, 88(%rsp)
	movq	%rsi, 80(%rsp)
	leaq	224(%rsp), %rdi
	leaq	216(%rsp), %rsi
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
	movq	216(%rsp), %rbx
	movq	224(%rsp), %rax
	movl	$0, 212(%rsp)
	testl	%ecx, %ecx
	jne	.LBB2_1
.LBB2_8:
	addq	$232, %rsp
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
	.cfi_def_cfa_offset 272
	movabsq	$numba_gil_ensure, %r14
	leaq	212(%rsp), %rdi
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
	leaq	212(%rsp), %rdi
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
	.size	cfunc._ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end2-cfunc._ZN8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.section	.rodata.cst32,"aM",@progbits,32
	.p2align	5, 0x0
.LCPI3_0:
	.quad	64
	.quad	8
	.quad	0
	.quad	0
	.section	.ltext,"axl",@progbits
	.weak	_ZN8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	subq	$296, %rsp
	.cfi_def_cfa_offset 352
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	520(%rsp), %r15
	movq	464(%rsp), %r13
	movq	432(%rsp), %r14
	movq	376(%rsp), %rbp
	movq	360(%rsp), %r12
	movabsq	$NRT_incref, %rbx
	movq	%rdi, 208(%rsp)
	movq	%rdx, %rdi
	movq	%rsi, 200(%rsp)
	movq	%rdx, 216(%rsp)
	callq	*%rbx
	movq	%rbp, %rdi
	callq	*%rbx
	movq	%r14, %rdi
	callq	*%rbx
	movq	488(%rsp), %rdi
	callq	*%rbx
	cmpq	$512, %r12
	movl	$511, %eax
	cmovgeq	%r12, %rax
	shrq	$9, %rax
	je	.LBB3_9
	movq	352(%rsp), %r9
	movq	408(%rsp), %rsi
	movq	%rax, %r14
	shlq	$12, %r14
	leaq	512(%r15), %rdx
	leaq	512(%r13), %rcx
	leaq	(%r9,%r14), %rbx
	addq	%rsi, %r14
	cmpq	%rdx, %r13
	setb	199(%rsp)
	cmpq	%rcx, %r15
	setb	%dil
	cmpq	%rbx, %r13
	setb	%r8b
	cmpq	%rcx, %r9
	setb	224(%rsp)
	cmpq	%r14, %r13
	setb	%r10b
	cmpq	%rcx, %rsi
	leaq	3584(%rsi), %rcx
	setb	%r11b
	cmpq	%rbx, %r15
	setb	%bl
	cmpq	%rdx, %r9
	setb	%bpl
	cmpq	%r14, %r15
	setb	%r14b
	cmpq	%rdx, %rsi
	leaq	3584(%r9), %rdx
	setb	%r12b
	testb	%r12b, %r14b
	jne	.LBB3_6
	andb	%bpl, %bl
	jne	.LBB3_6
	andb	%r11b, %r10b
	jne	.LBB3_6
	andb	224(%rsp), %r8b
	jne	.LBB3_6
	andb	199(%rsp), %dil
	jne	.LBB3_6
	.p2align	4
.LBB3_18:
	xorl	%esi, %esi
	.p2align	4
.LBB3_19:
	vmovupd	(%r13,%rsi,8), %zmm0
	vmovupd	-3584(%rdx,%rsi,8), %zmm1
	vmovupd	-3072(%rdx,%rsi,8), %zmm2
	vmovupd	-2560(%rdx,%rsi,8), %zmm6
	vminpd	%zmm0, %zmm1, %zmm3
	vmaxpd	%zmm1, %zmm0, %zmm4
	vaddpd	%zmm1, %zmm0, %zmm0
	vsubpd	%zmm4, %zmm0, %zmm1
	vminpd	%zmm0, %zmm2, %zmm5
	vmaxpd	%zmm2, %zmm0, %zmm4
	vaddpd	%zmm2, %zmm0, %zmm0
	vsubpd	%zmm1, %zmm3, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vaddpd	-3584(%rcx,%rsi,8), %zmm1, %zmm1
	vminpd	%zmm0, %zmm6, %zmm3
	vmaxpd	%zmm6, %zmm0, %zmm4
	vaddpd	%zmm6, %zmm0, %zmm0
	vmovupd	-1536(%rdx,%rsi,8), %zmm6
	vsubpd	%zmm2, %zmm5, %zmm2
	vaddpd	(%r15,%rsi,8), %zmm1, %zmm1
	vaddpd	-3072(%rcx,%rsi,8), %zmm2, %zmm2
	vmovupd	-2048(%rdx,%rsi,8), %zmm5
	vaddpd	%zmm2, %zmm1, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vmaxpd	%zmm5, %zmm0, %zmm4
	vsubpd	%zmm2, %zmm3, %zmm2
	vaddpd	-2560(%rcx,%rsi,8), %zmm2, %zmm2
	vminpd	%zmm0, %zmm5, %zmm3
	vaddpd	%zmm5, %zmm0, %zmm0
	vmovupd	-1024(%rdx,%rsi,8), %zmm5
	vaddpd	%zmm2, %zmm1, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vmaxpd	%zmm6, %zmm0, %zmm4
	vsubpd	%zmm2, %zmm3, %zmm2
	vaddpd	-2048(%rcx,%rsi,8), %zmm2, %zmm2
	vminpd	%zmm0, %zmm6, %zmm3
	vaddpd	%zmm6, %zmm0, %zmm0
	vmovupd	-512(%rdx,%rsi,8), %zmm6
	vaddpd	%zmm2, %zmm1, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vmaxpd	%zmm5, %zmm0, %zmm4
	vsubpd	%zmm2, %zmm3, %zmm2
	vaddpd	-1536(%rcx,%rsi,8), %zmm2, %zmm2
	vminpd	%zmm0, %zmm5, %zmm3
	vaddpd	%zmm5, %zmm0, %zmm0
	vmovupd	(%rdx,%rsi,8), %zmm5
	vaddpd	%zmm2, %zmm1, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vmaxpd	%zmm6, %zmm0, %zmm4
	vsubpd	%zmm2, %zmm3, %zmm2
	vaddpd	-1024(%rcx,%rsi,8), %zmm2, %zmm2
	vminpd	%zmm0, %zmm6, %zmm3
	vaddpd	%zmm6, %zmm0, %zmm0
	vaddpd	%zmm2, %zmm1, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vmaxpd	%zmm5, %zmm0, %zmm4
	vsubpd	%zmm2, %zmm3, %zmm2
	vaddpd	-512(%rcx,%rsi,8), %zmm2, %zmm2
	vminpd	%zmm0, %zmm5, %zmm3
	vaddpd	%zmm5, %zmm0, %zmm0
	vaddpd	%zmm2, %zmm1, %zmm1
	vsubpd	%zmm4, %zmm0, %zmm2
	vsubpd	%zmm2, %zmm3, %zmm2
	vaddpd	(%rcx,%rsi,8), %zmm2, %zmm2
	vaddpd	%zmm2, %zmm1, %zmm1
	vaddpd	%zmm1, %zmm0, %zmm2
	vsubpd	%zmm0, %zmm2, %zmm0
	vmovupd	%zmm2, (%r13,%rsi,8)
	vsubpd	%zmm0, %zmm1, %zmm0
	vmovupd	%zmm0, (%r15,%rsi,8)
	addq	$8, %rsi
	cmpq	$64, %rsi
	jne	.LBB3_19
	addq	$4096, %rcx
	addq	$4096, %rdx
	decq	%rax
	jg	.LBB3_18
	jmp	.LBB3_9
	.p2align	4
.LBB3_6:
	xorl	%esi, %esi
	.p2align	4
.LBB3_7:
	vmovsd	(%r13,%rsi,8), %xmm0
	vmovsd	-3584(%rdx,%rsi,8), %xmm1
	vmovsd	-3072(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm1, %xmm3
	vmaxsd	%xmm1, %xmm0, %xmm4
	vaddsd	%xmm1, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm1
	vmaxsd	%xmm2, %xmm0, %xmm4
	vsubsd	%xmm1, %xmm3, %xmm1
	vminsd	%xmm0, %xmm2, %xmm3
	vaddsd	%xmm2, %xmm0, %xmm0
	vaddsd	-3584(%rcx,%rsi,8), %xmm1, %xmm1
	vsubsd	%xmm4, %xmm0, %xmm2
	vaddsd	(%r15,%rsi,8), %xmm1, %xmm1
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	-3072(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vmovsd	-2560(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm2, %xmm3
	vmaxsd	%xmm2, %xmm0, %xmm4
	vaddsd	%xmm2, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm2
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	-2560(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vmovsd	-2048(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm2, %xmm3
	vmaxsd	%xmm2, %xmm0, %xmm4
	vaddsd	%xmm2, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm2
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	-2048(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vmovsd	-1536(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm2, %xmm3
	vmaxsd	%xmm2, %xmm0, %xmm4
	vaddsd	%xmm2, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm2
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	-1536(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vmovsd	-1024(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm2, %xmm3
	vmaxsd	%xmm2, %xmm0, %xmm4
	vaddsd	%xmm2, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm2
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	-1024(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vmovsd	-512(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm2, %xmm3
	vmaxsd	%xmm2, %xmm0, %xmm4
	vaddsd	%xmm2, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm2
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	-512(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vmovsd	(%rdx,%rsi,8), %xmm2
	vminsd	%xmm0, %xmm2, %xmm3
	vmaxsd	%xmm2, %xmm0, %xmm4
	vaddsd	%xmm2, %xmm0, %xmm0
	vsubsd	%xmm4, %xmm0, %xmm2
	vsubsd	%xmm2, %xmm3, %xmm2
	vaddsd	(%rcx,%rsi,8), %xmm2, %xmm2
	vaddsd	%xmm2, %xmm1, %xmm1
	vaddsd	%xmm1, %xmm0, %xmm2
	vsubsd	%xmm0, %xmm2, %xmm0
	vmovsd	%xmm2, (%r13,%rsi,8)
	vsubsd	%xmm0, %xmm1, %xmm0
	vmovsd	%xmm0, (%r15,%rsi,8)
	incq	%rsi
	cmpq	$64, %rsi
	jne	.LBB3_7
	addq	$4096, %rcx
	addq	$4096, %rdx
	decq	%rax
	jg	.LBB3_6
.LBB3_9:
	movq	360(%rsp), %rcx
	movl	$774, %eax
	bextrl	%eax, %ecx, %r12d
	je	.LBB3_14
	movq	360(%rsp), %rax
	movq	408(%rsp), %rdx
	movabsq	$.LCPI3_0, %rcx
	addq	$2, %r12
	vmovapd	(%rcx), %ymm0
	leaq	(,%rax,8), %rbp
	andq	$-4096, %rbp
	leaq	(%rdx,%rbp), %r14
	addq	352(%rsp), %rbp
	vmovupd	%ymm0, 224(%rsp)
	.p2align	4
.LBB3_11:
	movq	528(%rsp), %rsi
	movq	512(%rsp), %rdi
	vmovupd	224(%rsp), %ymm0
	movq	536(%rsp), %rax
	movl	$64, %r8d
	movl	$8, %r9d
	movq	%r15, 168(%rsp)
	movq	%r13, 112(%rsp)
	movq	%r14, 56(%rsp)
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	movq	%rsi, 176(%rsp)
	movq	504(%rsp), %rsi
	movq	%rdi, 160(%rsp)
	movq	496(%rsp), %rdi
	movq	%rax, 184(%rsp)
	movabsq	$_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	movq	%rsi, 152(%rsp)
	movq	488(%rsp), %rsi
	movq	%rdi, 144(%rsp)
	movq	480(%rsp), %rdi
	movq	%rsi, 136(%rsp)
	movq	472(%rsp), %rsi
	movq	%rdi, 128(%rsp)
	movq	456(%rsp), %rdi
	movq	%rsi, 120(%rsp)
	movq	448(%rsp), %rsi
	movq	%rdi, 104(%rsp)
	movq	440(%rsp), %rdi
	movq	%rsi, 96(%rsp)
	movq	432(%rsp), %rsi
	movq	%rdi, 88(%rsp)
	leaq	288(%rsp), %rdi
	movq	%rsi, 80(%rsp)
	leaq	280(%rsp), %rsi
	vmovupd	%ymm0, 8(%rsp)
	movq	%rbp, (%rsp)
	movq	$8, 72(%rsp)
	movq	$64, 64(%rsp)
	movq	$8, 48(%rsp)
	movq	$64, 40(%rsp)
	vzeroupper
	callq	*%rax
	testl	%eax, %eax
	jne	.LBB3_12
	addq	$512, %r14
	addq	$512, %rbp
	decq	%r12
	cmpq	$2, %r12
	jg	.LBB3_11
.LBB3_14:
	movq	360(%rsp), %rbp
	movq	352(%rsp), %rax
	movq	216(%rsp), %rdi
	movabsq	$NRT_decref, %r12
	movl	%ebp, %r14d
	andq	$-64, %rbp
	andl	$63, %r14d
	leaq	(%rax,%rbp,8), %rbx
	vzeroupper
	callq	*%r12
	movq	408(%rsp), %rax
	movq	376(%rsp), %rdi
	leaq	(%rax,%rbp,8), %rbp
	callq	*%r12
	movq	528(%rsp), %rsi
	movq	512(%rsp), %rdi
	movq	536(%rsp), %rax
	movq	%r15, 168(%rsp)
	movq	%r13, 112(%rsp)
	movq	488(%rsp), %r13
	movq	432(%rsp), %r15
	movl	$8, %r9d
	movq	%r14, 64(%rsp)
	movq	%rbp, 56(%rsp)
	movq	%r14, 40(%rsp)
	vxorpd	%xmm0, %xmm0, %xmm0
	xorl	%edx, %edx
	movq	%r14, %r8
	xorl	%ecx, %ecx
	movq	%rsi, 176(%rsp)
	movq	504(%rsp), %rsi
	movq	%rdi, 160(%rsp)
	movq	496(%rsp), %rdi
	movq	%rax, 184(%rsp)
	movabsq	$_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	movq	%r13, 136(%rsp)
	movq	%r15, 80(%rsp)
	movq	%rsi, 152(%rsp)
	movq	480(%rsp), %rsi
	movq	%rdi, 144(%rsp)
	movq	472(%rsp), %rdi
	movq	%rsi, 128(%rsp)
	movq	456(%rsp), %rsi
	movq	%rdi, 120(%rsp)
	movq	448(%rsp), %rdi
	movq	%rsi, 104(%rsp)
	movq	440(%rsp), %rsi
	movq	%rdi, 96(%rsp)
	leaq	272(%rsp), %rdi
	movq	%rsi, 88(%rsp)
	leaq	264(%rsp), %rsi
	vmovupd	%xmm0, 24(%rsp)
	movq	%rbx, (%rsp)
	movq	%r14, 8(%rsp)
	movq	$8, 72(%rsp)
	movq	$8, 48(%rsp)
	movq	$8, 16(%rsp)
	xorl	%ebx, %ebx
	callq	*%rax
	testl	%eax, %eax
	jne	.LBB3_12
	movq	%r13, %rdi
	callq	*%r12
	movq	%r15, %rdi
	callq	*%r12
	movq	208(%rsp), %rax
	jmp	.LBB3_16
.LBB3_12:
	movl	%eax, %ebx
	movq	200(%rsp), %rax
.LBB3_16:
	movq	$0, (%rax)
	movl	%ebx, %eax
	addq	$296, %rsp
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
.Lfunc_end3:
	.size	_ZN8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end3-_ZN8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
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

	.weak	_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	64(%rsp), %rax
	testq	%rax, %rax
	jle	.LBB5_20
	movq	224(%rsp), %rcx
	movq	168(%rsp), %rdx
	movq	112(%rsp), %rsi
	movq	56(%rsp), %r8
	cmpq	$16, %rax
	jae	.LBB5_3
	xorl	%r9d, %r9d
	jmp	.LBB5_15
.LBB5_3:
	leaq	(%rcx,%rax,8), %r10
	leaq	(%rdx,%rax,8), %r9
	leaq	(%r8,%rax,8), %r12
	leaq	(%rsi,%rax,8), %rbp
	movq	%rdi, -8(%rsp)
	cmpq	%r10, %rdx
	setb	-9(%rsp)
	cmpq	%r9, %rcx
	setb	%r11b
	cmpq	%r12, %rdx
	setb	%bl
	cmpq	%r9, %r8
	setb	%dil
	cmpq	%rbp, %rdx
	setb	%r14b
	cmpq	%r9, %rsi
	setb	%r15b
	cmpq	%r12, %rcx
	setb	%r12b
	cmpq	%r10, %r8
	setb	%r13b
	cmpq	%rbp, %rcx
	setb	%bpl
	cmpq	%r10, %rsi
	setb	%r10b
	xorl	%r9d, %r9d
	testb	%r10b, %bpl
	jne	.LBB5_14
	andb	%r13b, %r12b
	jne	.LBB5_14
	andb	%r15b, %r14b
	jne	.LBB5_14
	andb	%dil, %bl
	jne	.LBB5_14
	movq	-8(%rsp), %rdi
	andb	-9(%rsp), %r11b
	jne	.LBB5_15
	movabsq	$9223372036854775800, %r9
	xorl	%r10d, %r10d
	andq	%rax, %r9
	.p2align	4
.LBB5_9:
	vmovupd	(%rdx,%r10,8), %zmm0
	vmovupd	(%r8,%r10,8), %zmm2
	vmovupd	(%rcx,%r10,8), %zmm1
	vaddpd	(%rsi,%r10,8), %zmm1, %zmm1
	vaddpd	%zmm2, %zmm0, %zmm3
	vsubpd	%zmm0, %zmm3, %zmm4
	vsubpd	%zmm4, %zmm3, %zmm5
	vsubpd	%zmm4, %zmm2, %zmm2
	vsubpd	%zmm5, %zmm0, %zmm0
	vaddpd	%zmm0, %zmm2, %zmm0
	vaddpd	%zmm0, %zmm1, %zmm0
	vaddpd	%zmm0, %zmm3, %zmm1
	vsubpd	%zmm3, %zmm1, %zmm2
	vmovupd	%zmm1, (%rdx,%r10,8)
	vsubpd	%zmm2, %zmm0, %zmm0
	vmovupd	%zmm0, (%rcx,%r10,8)
	addq	$8, %r10
	cmpq	%r10, %r9
	jne	.LBB5_9
	cmpq	%r9, %rax
	jne	.LBB5_15
	jmp	.LBB5_20
.LBB5_14:
	movq	-8(%rsp), %rdi
.LBB5_15:
	movq	%rax, %r11
	andq	$3, %r11
	movq	%r9, %r10
	je	.LBB5_18
	movq	%r9, %r10
	.p2align	4
.LBB5_17:
	vmovsd	(%rdx,%r10,8), %xmm0
	vmovsd	(%r8,%r10,8), %xmm2
	vmovsd	(%rcx,%r10,8), %xmm1
	decq	%r11
	vaddsd	(%rsi,%r10,8), %xmm1, %xmm1
	vaddsd	%xmm2, %xmm0, %xmm3
	vsubsd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm3, %xmm5
	vsubsd	%xmm4, %xmm2, %xmm2
	vsubsd	%xmm5, %xmm0, %xmm0
	vaddsd	%xmm0, %xmm2, %xmm0
	vaddsd	%xmm0, %xmm1, %xmm0
	vaddsd	%xmm0, %xmm3, %xmm1
	vsubsd	%xmm3, %xmm1, %xmm2
	vmovsd	%xmm1, (%rdx,%r10,8)
	vsubsd	%xmm2, %xmm0, %xmm0
	vmovsd	%xmm0, (%rcx,%r10,8)
	leaq	1(%r10), %r10
	jne	.LBB5_17
.LBB5_18:
	subq	%rax, %r9
	cmpq	$-4, %r9
	ja	.LBB5_20
	.p2align	4
.LBB5_19:
	vmovsd	(%rdx,%r10,8), %xmm0
	vmovsd	(%r8,%r10,8), %xmm2
	vmovsd	(%rcx,%r10,8), %xmm1
	vaddsd	(%rsi,%r10,8), %xmm1, %xmm1
	vaddsd	%xmm2, %xmm0, %xmm3
	vsubsd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm3, %xmm5
	vsubsd	%xmm4, %xmm2, %xmm2
	vsubsd	%xmm5, %xmm0, %xmm0
	vaddsd	%xmm0, %xmm2, %xmm0
	vaddsd	%xmm0, %xmm1, %xmm0
	vaddsd	%xmm0, %xmm3, %xmm1
	vsubsd	%xmm3, %xmm1, %xmm2
	vmovsd	%xmm1, (%rdx,%r10,8)
	vsubsd	%xmm2, %xmm0, %xmm0
	vmovsd	%xmm0, (%rcx,%r10,8)
	vmovsd	8(%rdx,%r10,8), %xmm0
	vmovsd	8(%r8,%r10,8), %xmm2
	vmovsd	8(%rcx,%r10,8), %xmm1
	vaddsd	8(%rsi,%r10,8), %xmm1, %xmm1
	vaddsd	%xmm2, %xmm0, %xmm3
	vsubsd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm3, %xmm5
	vsubsd	%xmm4, %xmm2, %xmm2
	vsubsd	%xmm5, %xmm0, %xmm0
	vaddsd	%xmm0, %xmm2, %xmm0
	vaddsd	%xmm0, %xmm1, %xmm0
	vaddsd	%xmm0, %xmm3, %xmm1
	vsubsd	%xmm3, %xmm1, %xmm2
	vmovsd	%xmm1, 8(%rdx,%r10,8)
	vsubsd	%xmm2, %xmm0, %xmm0
	vmovsd	%xmm0, 8(%rcx,%r10,8)
	vmovsd	16(%rdx,%r10,8), %xmm0
	vmovsd	16(%r8,%r10,8), %xmm2
	vmovsd	16(%rcx,%r10,8), %xmm1
	vaddsd	16(%rsi,%r10,8), %xmm1, %xmm1
	vaddsd	%xmm2, %xmm0, %xmm3
	vsubsd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm3, %xmm5
	vsubsd	%xmm4, %xmm2, %xmm2
	vsubsd	%xmm5, %xmm0, %xmm0
	vaddsd	%xmm0, %xmm2, %xmm0
	vaddsd	%xmm0, %xmm1, %xmm0
	vaddsd	%xmm0, %xmm3, %xmm1
	vsubsd	%xmm3, %xmm1, %xmm2
	vmovsd	%xmm1, 16(%rdx,%r10,8)
	vsubsd	%xmm2, %xmm0, %xmm0
	vmovsd	%xmm0, 16(%rcx,%r10,8)
	vmovsd	24(%rdx,%r10,8), %xmm0
	vmovsd	24(%r8,%r10,8), %xmm2
	vmovsd	24(%rcx,%r10,8), %xmm1
	vaddsd	24(%rsi,%r10,8), %xmm1, %xmm1
	vaddsd	%xmm2, %xmm0, %xmm3
	vsubsd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm3, %xmm5
	vsubsd	%xmm4, %xmm2, %xmm2
	vsubsd	%xmm5, %xmm0, %xmm0
	vaddsd	%xmm0, %xmm2, %xmm0
	vaddsd	%xmm0, %xmm1, %xmm0
	vaddsd	%xmm0, %xmm3, %xmm1
	vsubsd	%xmm3, %xmm1, %xmm2
	vmovsd	%xmm1, 24(%rdx,%r10,8)
	vsubsd	%xmm2, %xmm0, %xmm0
	vmovsd	%xmm0, 24(%rcx,%r10,8)
	addq	$4, %r10
	cmpq	%r10, %rax
	jne	.LBB5_19
.LBB5_20:
	movq	$0, (%rdi)
	xorl	%eax, %eax
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
	vzeroupper
	retq
.Lfunc_end5:
	.size	_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end5-_ZN8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.weak	NRT_decref
	.p2align	4
	.type	NRT_decref,@function
NRT_decref:
	.cfi_startproc
	testq	%rdi, %rdi
	je	.LBB6_2
	#MEMBARRIER
	lock		decq	(%rdi)
	je	.LBB6_3
.LBB6_2:
	retq
.LBB6_3:
	movabsq	$NRT_MemInfo_call_dtor, %rax
	#MEMBARRIER
	jmpq	*%rax
.Lfunc_end6:
	.size	NRT_decref, .Lfunc_end6-NRT_decref
	.cfi_endproc

	.type	.const.D,@object
	.section	.lrodata,"al",@progbits
.const.D:
	.asciz	"D"
	.size	.const.D, 2

	.type	_ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	".const.missing Environment: _ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE",@object
	.p2align	4, 0x0
".const.missing Environment: _ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE":
	.asciz	"missing Environment: _ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE"
	.size	".const.missing Environment: _ZN08NumbaEnv8__main__1DB2v1B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE", 217

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

	.type	_ZN08NumbaEnv8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8softmark6oracle9summation4dealB2v2B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	_ZN08NumbaEnv8softmark6oracle9summation7_gatherB2v3B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle9summation7_gatherB2v3B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8softmark6oracle9summation10_deal_onceB2v5B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	_ZN08NumbaEnv8softmark6oracle11double_word13add_same_signB2v6B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle11double_word13add_same_signB2v6B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle11double_word7two_sumB2v7B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle11double_word7two_sumB2v7B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle11double_word12fast_two_sumB2v4B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle11double_word12fast_two_sumB2v4B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,8,8
	.section	".note.GNU-stack","",@progbits
