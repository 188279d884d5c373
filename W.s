	.file	"<string>"
	.section	.ltext,"axl",@progbits
	.globl	_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	movq	128(%rsp), %r13
	movabsq	$NRT_incref, %r15
	movq	%rdi, 32(%rsp)
	movq	%rcx, %rdi
	movq	%r9, %rbx
	movq	%r8, %rbp
	movq	%rcx, %r12
	movq	%rdx, %r14
	movq	%rsi, 24(%rsp)
	movq	$0, 16(%rsp)
	callq	*%r15
	movq	%r13, %rdi
	callq	*%r15
	movq	184(%rsp), %rdi
	callq	*%r15
	movq	240(%rsp), %rdi
	callq	*%r15
	testq	%r14, %r14
	jle	.LBB0_1
	incq	%r14
	leaq	16(%rsp), %r15
	xorl	%r13d, %r13d
	.p2align	4
.LBB0_3:
	movq	96(%rsp), %r9
	movb	$0, 15(%rsp)
	leaq	15(%rsp), %rdi
	movq	%r15, %rsi
	movq	%r12, %rdx
	movq	%rbp, %rcx
	movq	%rbx, %r8
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
	movabsq	$_ZN8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	callq	*%rax
	addq	$192, %rsp
	.cfi_adjust_cfa_offset -192
	testl	%eax, %eax
	jne	.LBB0_6
	cmpb	$1, 15(%rsp)
	sbbq	$-1, %r13
	decq	%r14
	cmpq	$1, %r14
	jg	.LBB0_3
	jmp	.LBB0_5
.LBB0_1:
	xorl	%r13d, %r13d
.LBB0_5:
	movabsq	$NRT_decref, %rbx
	movq	%r12, %rdi
	callq	*%rbx
	movq	240(%rsp), %rdi
	callq	*%rbx
	movq	184(%rsp), %rdi
	callq	*%rbx
	movq	128(%rsp), %rdi
	callq	*%rbx
	movq	32(%rsp), %rax
	movq	%r13, (%rax)
	xorl	%eax, %eax
	jmp	.LBB0_7
.LBB0_6:
	movq	16(%rsp), %rcx
	movq	24(%rsp), %rdx
	movq	%rcx, (%rdx)
.LBB0_7:
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
	.size	_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end0-_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.globl	_ZN7cpython8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN7cpython8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN7cpython8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	leaq	344(%rsp), %rax
	movq	%rsi, %rdi
	movabsq	$.const.W, %rsi
	movabsq	$PyArg_UnpackTuple, %r10
	leaq	376(%rsp), %r8
	leaq	368(%rsp), %r9
	movl	$5, %edx
	movl	$5, %ecx
	movq	%rax, 16(%rsp)
	leaq	352(%rsp), %rax
	movq	%rax, 8(%rsp)
	leaq	360(%rsp), %rax
	movq	%rax, (%rsp)
	xorl	%eax, %eax
	callq	*%r10
	movq	$0, 240(%rsp)
	testl	%eax, %eax
	je	.LBB1_36
	movabsq	$_ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	cmpq	$0, (%rax)
	je	.LBB1_19
	movq	376(%rsp), %rdi
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
	jne	.LBB1_36
.LBB1_4:
	movq	368(%rsp), %rdi
	movabsq	$NRT_adapt_ndarray_from_python, %r14
	leaq	512(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 512(%rsp)
	vmovups	%ymm0, 536(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_21
	cmpq	$8, 536(%rsp)
	jne	.LBB1_21
	movq	552(%rsp), %rax
	movq	360(%rsp), %rdi
	movq	512(%rsp), %rbx
	movq	520(%rsp), %r13
	movq	528(%rsp), %rbp
	movq	544(%rsp), %r12
	leaq	448(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 448(%rsp)
	vmovups	%ymm0, 472(%rsp)
	movq	%rax, 208(%rsp)
	movq	560(%rsp), %rax
	movq	%rax, 336(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_23
	cmpq	$8, 472(%rsp)
	jne	.LBB1_23
	movq	456(%rsp), %rax
	movq	464(%rsp), %rcx
	movq	480(%rsp), %rdx
	movq	352(%rsp), %rdi
	movq	%r12, 328(%rsp)
	movq	448(%rsp), %r12
	leaq	384(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 384(%rsp)
	vmovups	%ymm0, 408(%rsp)
	movq	%rax, 320(%rsp)
	movq	%rcx, 312(%rsp)
	movq	488(%rsp), %rcx
	movq	496(%rsp), %rax
	movq	%rdx, 304(%rsp)
	movq	%rcx, 296(%rsp)
	movq	%rax, 288(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_24
	cmpq	$8, 408(%rsp)
	jne	.LBB1_24
	movq	384(%rsp), %rax
	movq	344(%rsp), %rdi
	movq	%rbp, 264(%rsp)
	movq	%r13, 272(%rsp)
	movq	%r12, 224(%rsp)
	movq	%r15, 280(%rsp)
	movq	%rbx, 232(%rsp)
	movq	392(%rsp), %r13
	movq	400(%rsp), %rbx
	movq	416(%rsp), %r15
	movq	424(%rsp), %r12
	movq	432(%rsp), %rbp
	leaq	576(%rsp), %rsi
	vxorps	%xmm0, %xmm0, %xmm0
	vmovups	%ymm0, 576(%rsp)
	vmovups	%ymm0, 600(%rsp)
	movq	%rax, 216(%rsp)
	vzeroupper
	callq	*%r14
	testl	%eax, %eax
	jne	.LBB1_25
	cmpq	$8, 600(%rsp)
	jne	.LBB1_25
	vmovups	584(%rsp), %xmm0
	vmovaps	608(%rsp), %xmm1
	movq	576(%rsp), %rcx
	movq	624(%rsp), %rax
	movq	$0, 248(%rsp)
	leaq	248(%rsp), %rdi
	movq	%rcx, 256(%rsp)
	movq	%rax, 192(%rsp)
	vmovups	%xmm1, 176(%rsp)
	vmovups	%xmm0, 152(%rsp)
	movq	%rcx, 144(%rsp)
	movq	%rbp, 136(%rsp)
	movq	%r15, 120(%rsp)
	movq	%r12, 128(%rsp)
	movq	%rbx, 104(%rsp)
	movq	%r13, 96(%rsp)
	movq	$8, 168(%rsp)
	movq	$8, 112(%rsp)
	movq	$8, 56(%rsp)
	movq	$8, (%rsp)
	movq	304(%rsp), %rdx
	movq	296(%rsp), %rsi
	movq	336(%rsp), %rcx
	movq	288(%rsp), %rax
	movq	216(%rsp), %r14
	movq	224(%rsp), %rbp
	movq	272(%rsp), %r8
	movq	264(%rsp), %r9
	movq	232(%rsp), %r15
	movq	%rdx, 64(%rsp)
	movq	320(%rsp), %rdx
	movq	%rsi, 72(%rsp)
	movq	312(%rsp), %rsi
	movq	%rcx, 24(%rsp)
	movq	328(%rsp), %rcx
	movq	%rax, 80(%rsp)
	movabsq	$_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	movq	%r14, 88(%rsp)
	movq	%rbp, 32(%rsp)
	movq	%rdx, 40(%rsp)
	movq	208(%rsp), %rdx
	movq	%rsi, 48(%rsp)
	leaq	240(%rsp), %rsi
	movq	%rcx, 8(%rsp)
	movq	%r15, %rcx
	movq	%rdx, 16(%rsp)
	movq	280(%rsp), %rdx
	callq	*%rax
	movq	240(%rsp), %rcx
	movq	248(%rsp), %r12
	movabsq	$NRT_decref, %rbx
	movq	%r15, %rdi
	movl	%eax, %r13d
	movq	%rcx, 208(%rsp)
	callq	*%rbx
	movq	%rbp, %rdi
	callq	*%rbx
	movq	%r14, %rdi
	callq	*%rbx
	movq	256(%rsp), %rdi
	callq	*%rbx
	testl	%r13d, %r13d
	jne	.LBB1_15
	movabsq	$PyLong_FromLongLong, %rax
	movq	%r12, %rdi
	callq	*%rax
.LBB1_14:
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
	jle	.LBB1_28
	movabsq	$PyErr_Clear, %rax
	callq	*%rax
	movl	8(%r14), %esi
	movq	(%r14), %rdi
	cmpl	$0, 32(%r14)
	jle	.LBB1_31
	movslq	%esi, %rsi
	movabsq	$PyBytes_FromStringAndSize, %rax
	callq	*%rax
	movq	16(%r14), %rdi
	movq	%rax, %rbx
	callq	*24(%r14)
	testq	%rax, %rax
	je	.LBB1_38
	movabsq	$numba_runtime_build_excinfo_struct, %rcx
	movq	%rbx, %rdi
	movq	%rax, %rsi
	callq	*%rcx
	movabsq	$NRT_Free, %r15
	movq	%r14, %rdi
	movq	%rax, %rbx
	callq	*%r15
	jmp	.LBB1_32
.LBB1_19:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.missing Environment: _ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE", %rsi
	jmp	.LBB1_22
.LBB1_20:
	xorl	%r15d, %r15d
	movabsq	$PyErr_Occurred, %rax
	callq	*%rax
	testq	%rax, %rax
	je	.LBB1_4
	jmp	.LBB1_36
.LBB1_21:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
.LBB1_22:
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_36
.LBB1_23:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_27
.LBB1_24:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	jmp	.LBB1_26
.LBB1_25:
	movabsq	$PyExc_TypeError, %rdi
	movabsq	$".const.can't unbox array from PyObject into native value.  The object maybe of a different type", %rsi
	movabsq	$PyErr_SetString, %rax
	callq	*%rax
	movq	216(%rsp), %rdi
	movabsq	$NRT_decref, %rax
	callq	*%rax
	movq	232(%rsp), %rbx
	movq	224(%rsp), %r12
.LBB1_26:
	movabsq	$NRT_decref, %rax
	movq	%r12, %rdi
	callq	*%rax
.LBB1_27:
	movabsq	$NRT_decref, %rax
	jmp	.LBB1_34
.LBB1_28:
	cmpl	$-3, %r13d
	je	.LBB1_37
	cmpl	$-1, %r13d
	je	.LBB1_36
	movabsq	$PyExc_SystemError, %rdi
	movabsq	$".const.unknown error when calling native function", %rsi
	jmp	.LBB1_22
.LBB1_31:
	movq	16(%r14), %rdx
	movabsq	$numba_unpickle, %rax
	callq	*%rax
	movq	%rax, %rbx
.LBB1_32:
	testq	%rbx, %rbx
	je	.LBB1_36
	movabsq	$numba_do_raise, %rax
.LBB1_34:
	movq	%rbx, %rdi
.LBB1_35:
	callq	*%rax
.LBB1_36:
	xorl	%eax, %eax
	jmp	.LBB1_14
.LBB1_37:
	movabsq	$PyExc_StopIteration, %rdi
	movabsq	$PyErr_SetNone, %rax
	jmp	.LBB1_35
.LBB1_38:
	movabsq	$PyExc_RuntimeError, %rdi
	movabsq	$".const.Error creating Python tuple from runtime exception arguments", %rsi
	jmp	.LBB1_22
.Lfunc_end1:
	.size	_ZN7cpython8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end1-_ZN7cpython8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.globl	cfunc._ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	cfunc._ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
cfunc._ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	movabsq	$_ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %r11
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
	.size	cfunc._ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end2-cfunc._ZN8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.cfi_endproc

	.section	.rodata.cst16,"aM",@progbits,16
	.p2align	4, 0x0
.LCPI3_0:
	.quad	64
	.quad	8
	.section	.ltext,"axl",@progbits
	.weak	_ZN8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	subq	$248, %rsp
	.cfi_def_cfa_offset 304
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	472(%rsp), %rbp
	movq	440(%rsp), %r13
	movq	384(%rsp), %rbx
	movq	328(%rsp), %r12
	movq	312(%rsp), %r14
	movabsq	$NRT_incref, %r15
	movq	%rdi, 216(%rsp)
	movq	%rdx, %rdi
	movq	%rsi, 224(%rsp)
	movq	$0, 240(%rsp)
	movq	$0, 232(%rsp)
	movq	%rdx, 208(%rsp)
	callq	*%r15
	movq	%r12, %rdi
	callq	*%r15
	movq	%rbx, %rdi
	movq	448(%rsp), %rbx
	callq	*%r15
	movq	%r13, %rdi
	callq	*%r15
	movq	480(%rsp), %rdi
	movq	464(%rsp), %rsi
	movq	488(%rsp), %rax
	movq	%r14, %r15
	andq	$-64, %r15
	movb	$0, 207(%rsp)
	movq	%rbp, 168(%rsp)
	movq	%rbx, 144(%rsp)
	movq	%r13, 136(%rsp)
	vxorps	%xmm0, %xmm0, %xmm0
	movl	$8, %r9d
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	movq	%r15, 120(%rsp)
	movq	%r15, 96(%rsp)
	movq	%r15, %r8
	movq	%rdi, 176(%rsp)
	movq	%rsi, 160(%rsp)
	movq	456(%rsp), %rdi
	movq	416(%rsp), %rsi
	movq	%rax, 184(%rsp)
	movabsq	$_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	movq	%rdi, 152(%rsp)
	movq	%rsi, 112(%rsp)
	movq	360(%rsp), %rdi
	movq	304(%rsp), %rsi
	vmovups	%xmm0, 80(%rsp)
	movq	%r15, 64(%rsp)
	movq	%r15, 40(%rsp)
	movq	%rdi, 56(%rsp)
	vmovups	%xmm0, 24(%rsp)
	movq	%rsi, (%rsp)
	leaq	207(%rsp), %rdi
	leaq	240(%rsp), %rsi
	movq	%r15, 8(%rsp)
	movq	$8, 128(%rsp)
	movq	$8, 104(%rsp)
	movq	$8, 72(%rsp)
	movq	$8, 48(%rsp)
	movq	$8, 16(%rsp)
	callq	*%rax
	testl	%eax, %eax
	jne	.LBB3_24
	movzbl	207(%rsp), %eax
	movabsq	$NRT_decref, %r13
	testb	%al, %al
	setne	%r12b
	cmpq	%r14, %r15
	jne	.LBB3_26
	movq	384(%rsp), %r14
	movq	328(%rsp), %rbx
	movq	440(%rsp), %r15
	movq	208(%rsp), %rdi
	jmp	.LBB3_21
.LBB3_26:
	movq	208(%rsp), %rdi
	vxorps	%xmm0, %xmm0, %xmm0
	movl	%r14d, %r12d
	movb	%al, 205(%rsp)
	movq	%r13, %rax
	andl	$63, %r12d
	leaq	32768(%rbp), %r13
	vmovups	%zmm0, 33216(%rbp)
	vmovups	%zmm0, 33152(%rbp)
	vmovups	%zmm0, 33088(%rbp)
	vmovups	%zmm0, 33024(%rbp)
	vmovups	%zmm0, 32960(%rbp)
	vmovups	%zmm0, 32896(%rbp)
	vmovups	%zmm0, 32832(%rbp)
	vmovups	%zmm0, 32768(%rbp)
	vzeroupper
	callq	*%rax
	testq	%r12, %r12
	je	.LBB3_27
	movq	304(%rsp), %rax
	cmpl	$4, %r12d
	movq	%r13, %rdx
	setb	%cl
	leaq	(%rax,%r15,8), %rax
	subq	%rax, %rdx
	cmpq	$256, %rdx
	setb	%dl
	orb	%cl, %dl
	je	.LBB3_5
	xorl	%ecx, %ecx
	jmp	.LBB3_14
.LBB3_5:
	cmpl	$32, %r12d
	jae	.LBB3_7
	xorl	%ecx, %ecx
	jmp	.LBB3_11
.LBB3_7:
	movq	304(%rsp), %rdx
	movl	%r14d, %ecx
	andl	$32, %ecx
	xorl	%esi, %esi
	leaq	192(%rdx,%r15,8), %rdx
	.p2align	4
.LBB3_8:
	vmovups	-192(%rdx,%rsi,8), %zmm0
	vmovups	-128(%rdx,%rsi,8), %zmm1
	vmovups	-64(%rdx,%rsi,8), %zmm2
	vmovups	(%rdx,%rsi,8), %zmm3
	vmovups	%zmm0, 32768(%rbp,%rsi,8)
	vmovups	%zmm1, 32832(%rbp,%rsi,8)
	vmovups	%zmm2, 32896(%rbp,%rsi,8)
	vmovups	%zmm3, 32960(%rbp,%rsi,8)
	addq	$32, %rsi
	cmpq	%rsi, %rcx
	jne	.LBB3_8
	cmpl	$32, %r12d
	je	.LBB3_27
	movl	$32, %ecx
	testb	$28, %r14b
	je	.LBB3_14
.LBB3_11:
	movq	%rcx, %rdx
	movl	%r14d, %ecx
	andl	$60, %ecx
	.p2align	4
.LBB3_12:
	vmovups	(%rax,%rdx,8), %ymm0
	vmovups	%ymm0, (%r13,%rdx,8)
	addq	$4, %rdx
	cmpq	%rdx, %rcx
	jne	.LBB3_12
	cmpl	%ecx, %r12d
	je	.LBB3_27
.LBB3_14:
	movl	%r14d, %esi
	subl	%ecx, %esi
	movq	%rcx, %rdx
	andl	$7, %esi
	je	.LBB3_17
	movq	%rcx, %rdx
	.p2align	4
.LBB3_16:
	vmovsd	(%rax,%rdx,8), %xmm0
	decq	%rsi
	vmovsd	%xmm0, (%r13,%rdx,8)
	leaq	1(%rdx), %rdx
	jne	.LBB3_16
.LBB3_17:
	subl	%r12d, %ecx
	cmpl	$-8, %ecx
	ja	.LBB3_27
	movq	304(%rsp), %rax
	leaq	56(%rax,%r15,8), %rax
	.p2align	4
.LBB3_19:
	vmovsd	-56(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32768(%rbp,%rdx,8)
	vmovsd	-48(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32776(%rbp,%rdx,8)
	vmovsd	-40(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32784(%rbp,%rdx,8)
	vmovsd	-32(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32792(%rbp,%rdx,8)
	vmovsd	-24(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32800(%rbp,%rdx,8)
	vmovsd	-16(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32808(%rbp,%rdx,8)
	vmovsd	-8(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32816(%rbp,%rdx,8)
	vmovsd	(%rax,%rdx,8), %xmm0
	vmovsd	%xmm0, 32824(%rbp,%rdx,8)
	addq	$8, %rdx
	cmpq	%rdx, %r12
	jne	.LBB3_19
.LBB3_27:
	movq	480(%rsp), %rsi
	movq	488(%rsp), %rax
	movq	464(%rsp), %rdi
	movq	%rbx, 144(%rsp)
	movq	440(%rsp), %rbx
	movb	$0, 206(%rsp)
	movq	%rbp, 168(%rsp)
	movl	$64, %r8d
	movl	$8, %r9d
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	movq	%rsi, 176(%rsp)
	movq	456(%rsp), %rsi
	movq	%rax, 184(%rsp)
	movq	%rdi, 160(%rsp)
	leaq	33792(%rbp), %rdi
	leaq	33280(%rbp), %rax
	movq	%rbx, 136(%rsp)
	movq	%rdi, 112(%rsp)
	leaq	206(%rsp), %rdi
	movq	%rsi, 152(%rsp)
	movabsq	$.LCPI3_0, %rsi
	vmovaps	(%rsi), %xmm0
	leaq	232(%rsp), %rsi
	vmovups	%ymm0, 64(%rsp)
	movq	%rax, 56(%rsp)
	movabsq	$_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	vmovups	%ymm0, 8(%rsp)
	movq	%r13, (%rsp)
	movq	$8, 128(%rsp)
	movq	$64, 120(%rsp)
	movq	$8, 104(%rsp)
	movq	$64, 96(%rsp)
	movq	$8, 48(%rsp)
	movq	$64, 40(%rsp)
	vzeroupper
	callq	*%rax
	testl	%eax, %eax
	jne	.LBB3_48
	movq	%rbx, %rdi
	movzbl	206(%rsp), %ebx
	movabsq	$NRT_decref, %r13
	callq	*%r13
	movq	328(%rsp), %rdi
	callq	*%r13
	testq	%r12, %r12
	je	.LBB3_20
	movq	360(%rsp), %rdi
	cmpl	$4, %r12d
	leaq	33280(%rbp), %r8
	setb	%cl
	leaq	(%rdi,%r15,8), %rax
	movq	%rax, %rdx
	subq	%r8, %rdx
	cmpq	$256, %rdx
	setb	%dl
	orb	%cl, %dl
	je	.LBB3_31
	xorl	%ecx, %ecx
	jmp	.LBB3_40
.LBB3_20:
	cmpb	$0, 205(%rsp)
	movq	384(%rsp), %rdi
	setne	%al
	testb	%bl, %bl
	setne	%r12b
	andb	%al, %r12b
	callq	*%r13
	xorl	%edi, %edi
	xorl	%ebx, %ebx
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
.LBB3_21:
	movq	216(%rsp), %rbp
	jmp	.LBB3_22
.LBB3_31:
	cmpl	$32, %r12d
	jae	.LBB3_33
	xorl	%ecx, %ecx
	jmp	.LBB3_37
.LBB3_33:
	leaq	192(%rdi,%r15,8), %rdx
	movl	%r14d, %ecx
	andl	$32, %ecx
	xorl	%esi, %esi
	.p2align	4
.LBB3_34:
	vmovups	33280(%rbp,%rsi,8), %zmm0
	vmovups	33344(%rbp,%rsi,8), %zmm1
	vmovups	33408(%rbp,%rsi,8), %zmm2
	vmovups	33472(%rbp,%rsi,8), %zmm3
	vmovups	%zmm0, -192(%rdx,%rsi,8)
	vmovups	%zmm1, -128(%rdx,%rsi,8)
	vmovups	%zmm2, -64(%rdx,%rsi,8)
	vmovups	%zmm3, (%rdx,%rsi,8)
	addq	$32, %rsi
	cmpq	%rsi, %rcx
	jne	.LBB3_34
	cmpl	$32, %r12d
	je	.LBB3_46
	movl	$32, %ecx
	testb	$28, %r14b
	je	.LBB3_40
.LBB3_37:
	movq	%rcx, %rdx
	movl	%r14d, %ecx
	andl	$60, %ecx
	.p2align	4
.LBB3_38:
	vmovups	(%r8,%rdx,8), %ymm0
	vmovups	%ymm0, (%rax,%rdx,8)
	addq	$4, %rdx
	cmpq	%rdx, %rcx
	jne	.LBB3_38
	cmpl	%ecx, %r12d
	je	.LBB3_46
.LBB3_40:
	movl	%r14d, %esi
	subl	%ecx, %esi
	movq	%rcx, %rdx
	andl	$7, %esi
	je	.LBB3_43
	movq	%rcx, %rdx
	.p2align	4
.LBB3_42:
	vmovsd	(%r8,%rdx,8), %xmm0
	decq	%rsi
	vmovsd	%xmm0, (%rax,%rdx,8)
	leaq	1(%rdx), %rdx
	jne	.LBB3_42
.LBB3_43:
	subl	%r12d, %ecx
	cmpl	$-8, %ecx
	ja	.LBB3_46
	leaq	56(%rdi,%r15,8), %rax
	.p2align	4
.LBB3_45:
	vmovsd	33280(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -56(%rax,%rdx,8)
	vmovsd	33288(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -48(%rax,%rdx,8)
	vmovsd	33296(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -40(%rax,%rdx,8)
	vmovsd	33304(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -32(%rax,%rdx,8)
	vmovsd	33312(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -24(%rax,%rdx,8)
	vmovsd	33320(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -16(%rax,%rdx,8)
	vmovsd	33328(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, -8(%rax,%rdx,8)
	vmovsd	33336(%rbp,%rdx,8), %xmm0
	vmovsd	%xmm0, (%rax,%rdx,8)
	addq	$8, %rdx
	cmpq	%rdx, %r12
	jne	.LBB3_45
.LBB3_46:
	cmpl	$4, %r12d
	movq	384(%rsp), %rdi
	setb	%r13b
	cmpb	$0, 205(%rsp)
	setne	%al
	testb	%bl, %bl
	setne	%cl
	andb	%al, %cl
	movabsq	$NRT_decref, %rax
	movb	%cl, 208(%rsp)
	movq	416(%rsp), %rcx
	leaq	(%rcx,%r15,8), %rbx
	vzeroupper
	callq	*%rax
	leaq	33792(%rbp), %rsi
	movq	%rbx, %rax
	subq	%rsi, %rax
	cmpq	$256, %rax
	setb	%al
	orb	%r13b, %al
	je	.LBB3_49
	xorl	%eax, %eax
	movabsq	$NRT_decref, %r13
	jmp	.LBB3_59
.LBB3_49:
	movabsq	$NRT_decref, %r13
	cmpl	$32, %r12d
	jae	.LBB3_51
	xorl	%eax, %eax
	jmp	.LBB3_56
.LBB3_51:
	movq	416(%rsp), %rcx
	movl	%r14d, %eax
	andl	$32, %eax
	xorl	%edx, %edx
	leaq	192(%rcx,%r15,8), %rcx
	.p2align	4
.LBB3_52:
	vmovups	33792(%rbp,%rdx,8), %zmm0
	vmovups	33856(%rbp,%rdx,8), %zmm1
	vmovups	33920(%rbp,%rdx,8), %zmm2
	vmovups	33984(%rbp,%rdx,8), %zmm3
	vmovups	%zmm0, -192(%rcx,%rdx,8)
	vmovups	%zmm1, -128(%rcx,%rdx,8)
	vmovups	%zmm2, -64(%rcx,%rdx,8)
	vmovups	%zmm3, (%rcx,%rdx,8)
	addq	$32, %rdx
	cmpq	%rdx, %rax
	jne	.LBB3_52
	cmpl	$32, %r12d
	je	.LBB3_54
	movl	$32, %eax
	testb	$28, %r14b
	je	.LBB3_59
.LBB3_56:
	movq	%rax, %rcx
	movl	%r14d, %eax
	andl	$60, %eax
	.p2align	4
.LBB3_57:
	vmovups	(%rsi,%rcx,8), %ymm0
	vmovups	%ymm0, (%rbx,%rcx,8)
	addq	$4, %rcx
	cmpq	%rcx, %rax
	jne	.LBB3_57
	cmpl	%eax, %r12d
	je	.LBB3_54
.LBB3_59:
	subl	%eax, %r14d
	movq	%rax, %rcx
	andl	$7, %r14d
	je	.LBB3_62
	movq	%rax, %rcx
	.p2align	4
.LBB3_61:
	vmovsd	(%rsi,%rcx,8), %xmm0
	decq	%r14
	vmovsd	%xmm0, (%rbx,%rcx,8)
	leaq	1(%rcx), %rcx
	jne	.LBB3_61
.LBB3_62:
	subl	%r12d, %eax
	cmpl	$-8, %eax
	jbe	.LBB3_63
.LBB3_54:
	xorl	%edi, %edi
	jmp	.LBB3_65
.LBB3_63:
	movq	416(%rsp), %rax
	xorl	%edi, %edi
	leaq	56(%rax,%r15,8), %rax
	.p2align	4
.LBB3_64:
	vmovsd	33792(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -56(%rax,%rcx,8)
	vmovsd	33800(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -48(%rax,%rcx,8)
	vmovsd	33808(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -40(%rax,%rcx,8)
	vmovsd	33816(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -32(%rax,%rcx,8)
	vmovsd	33824(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -24(%rax,%rcx,8)
	vmovsd	33832(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -16(%rax,%rcx,8)
	vmovsd	33840(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, -8(%rax,%rcx,8)
	vmovsd	33848(%rbp,%rcx,8), %xmm0
	vmovsd	%xmm0, (%rax,%rcx,8)
	addq	$8, %rcx
	cmpq	%rcx, %r12
	jne	.LBB3_64
.LBB3_65:
	movq	216(%rsp), %rbp
	movzbl	208(%rsp), %r12d
	xorl	%ebx, %ebx
	xorl	%r14d, %r14d
	xorl	%r15d, %r15d
.LBB3_22:
	vzeroupper
	callq	*%r13
	movq	%r15, %rdi
	callq	*%r13
	movq	%r14, %rdi
	callq	*%r13
	movq	%rbx, %rdi
	callq	*%r13
	xorl	%eax, %eax
	movb	%r12b, (%rbp)
.LBB3_23:
	addq	$248, %rsp
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
.LBB3_24:
	.cfi_def_cfa_offset 304
	movq	240(%rsp), %rcx
	jmp	.LBB3_25
.LBB3_48:
	movq	232(%rsp), %rcx
.LBB3_25:
	movq	224(%rsp), %rdx
	movq	%rcx, (%rdx)
	jmp	.LBB3_23
.Lfunc_end3:
	.size	_ZN8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end3-_ZN8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
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

	.section	.rodata.cst8,"aM",@progbits,8
	.p2align	3, 0x0
.LCPI5_0:
	.quad	-4503599627370496
.LCPI5_1:
	.quad	4607182418800017408
.LCPI5_10:
	.quad	0x4338000000000000
.LCPI5_11:
	.quad	0x3bfabc9e3b39803f
.LCPI5_12:
	.quad	0x3fe0000000000000
.LCPI5_13:
	.quad	0x3f3a01a01a01a01a
.LCPI5_14:
	.quad	0x3f66c16c16c16c17
.LCPI5_15:
	.quad	0x3f91111111111111
.LCPI5_16:
	.quad	0x3fb5555555555555
.LCPI5_17:
	.quad	0x3fd5555555555555
	.section	.rodata,"a",@progbits
	.p2align	6, 0x0
.LCPI5_2:
	.quad	0x3ff0000000000000
	.quad	0x3ff0b5586cf9890f
	.quad	0x3ff172b83c7d517b
	.quad	0x3ff2387a6e756238
	.quad	0x3ff306fe0a31b715
	.quad	0x3ff3dea64c123422
	.quad	0x3ff4bfdad5362a27
	.quad	0x3ff5ab07dd485429
.LCPI5_3:
	.quad	0x3ff6a09e667f3bcd
	.quad	0x3ff7a11473eb0187
	.quad	0x3ff8ace5422aa0db
	.quad	0x3ff9c49182a3f090
	.quad	0x3ffae89f995ad3ad
	.quad	0x3ffc199bdd85529c
	.quad	0x3ffd5818dcfba487
	.quad	0x3ffea4afa2a490da
.LCPI5_4:
	.quad	0x0000000000000000
	.quad	0x3c98a62e4adc610b
	.quad	0xbc819041b9d78a76
	.quad	0x3c99b07eb6c70573
	.quad	0x3c86f46ad23182e4
	.quad	0x3c8ada0911f09ebc
	.quad	0x3c7d4397afec42e2
	.quad	0x3c96324c054647ad
.LCPI5_5:
	.quad	0xbc9bdd3413b26456
	.quad	0xbc841577ee04992f
	.quad	0x3c96e9f156864b27
	.quad	0x3c7c7c46b071f2be
	.quad	0x3c97a1cd345dcc81
	.quad	0x3c811065895048dd
	.quad	0x3c82ed02d75b3707
	.quad	0xbc9e9c23179c2893
.LCPI5_6:
	.quad	0x3ff0000000000000
	.quad	0x3ff00b1afa5abcbf
	.quad	0x3ff0163da9fb3335
	.quad	0x3ff02168143b0281
	.quad	0x3ff02c9a3e778061
	.quad	0x3ff037d42e11bbcc
	.quad	0x3ff04315e86e7f85
	.quad	0x3ff04e5f72f654b1
.LCPI5_7:
	.quad	0x3ff059b0d3158574
	.quad	0x3ff0650a0e3c1f89
	.quad	0x3ff0706b29ddf6de
	.quad	0x3ff07bd42b72a836
	.quad	0x3ff0874518759bc8
	.quad	0x3ff092bdf66607e0
	.quad	0x3ff09e3ecac6f383
	.quad	0x3ff0a9c79b1f3919
.LCPI5_8:
	.quad	0x0000000000000000
	.quad	0xbc84f6b2a7609f71
	.quad	0x3c9b61299ab8cdb7
	.quad	0xbc82bf310fc54eb6
	.quad	0xbc719083535b085d
	.quad	0x3c656811eeade11a
	.quad	0xbc90a31c1977c96e
	.quad	0x3c84c3793aa0d08d
.LCPI5_9:
	.quad	0x3c8d73e2a475b465
	.quad	0xbc95cb7b5799c397
	.quad	0xbc8c91dfe2b13c27
	.quad	0x3c83233454458700
	.quad	0x3c6186be4bb284ff
	.quad	0xbc968063800a3fd1
	.quad	0x3c91487818316136
	.quad	0x3c85d16c873d1d38
	.section	.ltext,"axl",@progbits
	.weak	_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
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
	subq	$184, %rsp
	.cfi_def_cfa_offset 240
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	movq	408(%rsp), %rbx
	movq	320(%rsp), %r14
	movq	264(%rsp), %rbp
	movabsq	$NRT_incref, %r13
	movq	%rdi, 136(%rsp)
	movq	%rdx, %rdi
	movq	%r9, 168(%rsp)
	movq	%r8, 160(%rsp)
	movq	%rcx, %r15
	movq	%rdx, %r12
	movq	%rsi, 152(%rsp)
	callq	*%r13
	movq	%rbp, %rdi
	movq	%r14, %rbp
	callq	*%r13
	movq	%r14, %rdi
	callq	*%r13
	movq	248(%rsp), %r13
	leaq	8192(%rbx), %rax
	movq	$0, 144(%rsp)
	vxorpd	%xmm0, %xmm0, %xmm0
	movq	256(%rsp), %rdx
	movq	240(%rsp), %rcx
	leaq	144(%rsp), %rdi
	leaq	176(%rsp), %rsi
	movq	%rax, 112(%rsp)
	movabsq	$_ZN8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, %rax
	movq	%r13, 120(%rsp)
	movq	%r13, 96(%rsp)
	vmovupd	%xmm0, 80(%rsp)
	movq	%r13, 64(%rsp)
	movq	%rbx, 56(%rsp)
	movq	%r13, 40(%rsp)
	vmovupd	%xmm0, 24(%rsp)
	movq	%rdx, 16(%rsp)
	movq	%rcx, (%rsp)
	movq	%r13, 8(%rsp)
	movq	$8, 128(%rsp)
	movq	$8, 104(%rsp)
	movq	$8, 72(%rsp)
	movq	$8, 48(%rsp)
	movq	%r12, %rdx
	movq	%r15, %rcx
	movq	160(%rsp), %r8
	movq	168(%rsp), %r9
	callq	*%rax
	cmpl	$-2, %eax
	je	.LBB5_2
	testl	%eax, %eax
	jne	.LBB5_23
.LBB5_2:
	movq	144(%rsp), %r15
	movabsq	$NRT_decref, %r14
	movq	%r12, %rdi
	callq	*%r14
	movabsq	$4643211215818981376, %rax
	cmpq	%rax, %r15
	jle	.LBB5_7
	movq	%rbp, %rdi
	callq	*%r14
	movq	264(%rsp), %rdi
	callq	*%r14
	movq	136(%rsp), %rax
	movb	$0, (%rax)
	jmp	.LBB5_5
.LBB5_7:
	testq	%r13, %r13
	jle	.LBB5_4
	movabsq	$.LCPI5_1, %rdi
	movabsq	$.LCPI5_2, %r8
	movabsq	$.LCPI5_0, %rsi
	movq	352(%rsp), %rax
	movq	296(%rsp), %rcx
	xorl	%edx, %edx
	vpbroadcastq	(%rdi), %zmm1
	movabsq	$.LCPI5_3, %rdi
	vmovapd	(%r8), %zmm2
	movabsq	$.LCPI5_4, %r8
	vpbroadcastq	(%rsi), %zmm0
	vmovapd	(%rdi), %zmm3
	movabsq	$.LCPI5_5, %rdi
	vmovapd	(%r8), %zmm4
	movabsq	$.LCPI5_6, %r8
	vmovapd	(%rdi), %zmm5
	movabsq	$.LCPI5_7, %rdi
	vmovapd	(%r8), %zmm6
	movabsq	$.LCPI5_8, %r8
	vmovapd	(%rdi), %zmm7
	movabsq	$.LCPI5_9, %rdi
	vmovapd	(%r8), %zmm8
	vmovapd	(%rdi), %zmm9
	.p2align	4
.LBB5_9:
	vmovdqu64	8192(%rbx,%rdx,8), %zmm10
	vmovapd	%zmm2, %zmm13
	vmovapd	%zmm6, %zmm16
	vpsrlq	$4, %zmm10, %zmm12
	vpsllq	$44, %zmm10, %zmm11
	vpermt2pd	%zmm7, %zmm10, %zmm16
	vpermi2pd	%zmm9, %zmm8, %zmm10
	vpermt2pd	%zmm3, %zmm12, %zmm13
	vpandq	%zmm0, %zmm11, %zmm11
	vpermi2pd	%zmm5, %zmm4, %zmm12
	vpaddq	%zmm1, %zmm11, %zmm11
	vmovapd	%zmm16, %zmm15
	vmulpd	%zmm11, %zmm13, %zmm13
	vmulpd	%zmm11, %zmm12, %zmm11
	vmulpd	%zmm13, %zmm16, %zmm14
	vfmsub213pd	%zmm14, %zmm13, %zmm15
	vmovupd	%zmm14, 16384(%rbx,%rdx,8)
	vfmadd231pd	%zmm10, %zmm13, %zmm15
	vfmadd231pd	%zmm16, %zmm11, %zmm15
	vmovupd	%zmm15, 24576(%rbx,%rdx,8)
	addq	$8, %rdx
	cmpq	%r13, %rdx
	jl	.LBB5_9
	cmpq	$8, %r13
	jae	.LBB5_12
	xorl	%edx, %edx
.LBB5_18:
	movq	%rdx, %rsi
	orq	$1, %rsi
	testb	$1, %r13b
	je	.LBB5_20
	movabsq	$.LCPI5_10, %rdi
	movabsq	$.LCPI5_13, %r9
	vmovsd	(%rbx,%rdx,8), %xmm0
	movabsq	$.LCPI5_12, %r8
	vmovsd	16384(%rbx,%rdx,8), %xmm2
	vmovsd	24576(%rbx,%rdx,8), %xmm3
	vmovsd	(%rdi), %xmm1
	vmulsd	(%r8), %xmm0, %xmm4
	vmovsd	(%r9), %xmm9
	movabsq	$.LCPI5_14, %r8
	movabsq	$.LCPI5_11, %rdi
	vsubsd	8192(%rbx,%rdx,8), %xmm1, %xmm1
	vfmadd213sd	(%r8), %xmm0, %xmm9
	vmulsd	(%rdi), %xmm1, %xmm1
	movabsq	$.LCPI5_15, %rdi
	vfmadd213sd	(%rdi), %xmm0, %xmm9
	movabsq	$.LCPI5_16, %rdi
	vfmadd213sd	(%rdi), %xmm0, %xmm9
	movabsq	$.LCPI5_17, %rdi
	vmulsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	(%rdi), %xmm0, %xmm9
	vaddsd	%xmm5, %xmm0, %xmm6
	vfmsub213sd	%xmm5, %xmm0, %xmm4
	vsubsd	%xmm0, %xmm6, %xmm7
	vmulsd	%xmm6, %xmm2, %xmm8
	vsubsd	%xmm7, %xmm5, %xmm7
	vmulsd	%xmm5, %xmm0, %xmm5
	vfmadd213sd	%xmm4, %xmm5, %xmm9
	vaddsd	%xmm2, %xmm8, %xmm4
	vsubsd	%xmm2, %xmm4, %xmm5
	vaddsd	%xmm6, %xmm9, %xmm0
	vfmsub213sd	%xmm8, %xmm2, %xmm6
	vsubsd	%xmm5, %xmm8, %xmm5
	vfmadd231sd	%xmm1, %xmm0, %xmm1
	vfmadd231sd	%xmm0, %xmm3, %xmm6
	vaddsd	%xmm1, %xmm9, %xmm1
	vaddsd	%xmm1, %xmm7, %xmm1
	vfmadd231sd	%xmm1, %xmm2, %xmm6
	vaddsd	%xmm6, %xmm3, %xmm0
	vaddsd	%xmm0, %xmm5, %xmm0
	vaddsd	%xmm0, %xmm4, %xmm1
	vsubsd	%xmm4, %xmm1, %xmm2
	vmovsd	%xmm1, (%rcx,%rdx,8)
	vsubsd	%xmm2, %xmm0, %xmm0
	vmovsd	%xmm0, (%rax,%rdx,8)
	movq	%rsi, %rdx
.LBB5_20:
	cmpq	%rsi, %r13
	je	.LBB5_4
	movabsq	$.LCPI5_11, %rdi
	movabsq	$.LCPI5_12, %r8
	movabsq	$.LCPI5_10, %rsi
	vmovsd	(%rdi), %xmm1
	movabsq	$.LCPI5_14, %rdi
	vmovsd	(%r8), %xmm2
	movabsq	$.LCPI5_13, %r8
	vmovsd	(%rsi), %xmm0
	vmovsd	(%rdi), %xmm3
	movabsq	$.LCPI5_15, %rdi
	vmovsd	(%r8), %xmm4
	movabsq	$.LCPI5_16, %r8
	vmovsd	(%rdi), %xmm5
	movabsq	$.LCPI5_17, %rdi
	vmovsd	(%r8), %xmm6
	vmovsd	(%rdi), %xmm7
	.p2align	4
.LBB5_22:
	vmovsd	(%rbx,%rdx,8), %xmm8
	vmovapd	%xmm4, %xmm17
	vsubsd	8192(%rbx,%rdx,8), %xmm0, %xmm9
	vmovsd	16384(%rbx,%rdx,8), %xmm10
	vmovsd	24576(%rbx,%rdx,8), %xmm11
	vfmadd213sd	%xmm3, %xmm8, %xmm17
	vmulsd	%xmm2, %xmm8, %xmm12
	vmulsd	%xmm1, %xmm9, %xmm9
	vmulsd	%xmm12, %xmm8, %xmm13
	vfmadd213sd	%xmm5, %xmm8, %xmm17
	vaddsd	%xmm13, %xmm8, %xmm14
	vfmsub213sd	%xmm13, %xmm8, %xmm12
	vfmadd213sd	%xmm6, %xmm8, %xmm17
	vsubsd	%xmm8, %xmm14, %xmm15
	vmulsd	%xmm14, %xmm10, %xmm16
	vfmadd213sd	%xmm7, %xmm8, %xmm17
	vsubsd	%xmm15, %xmm13, %xmm15
	vmulsd	%xmm13, %xmm8, %xmm13
	vfmadd213sd	%xmm12, %xmm13, %xmm17
	vaddsd	%xmm16, %xmm10, %xmm12
	vsubsd	%xmm10, %xmm12, %xmm13
	vaddsd	%xmm17, %xmm14, %xmm8
	vfmsub213sd	%xmm16, %xmm10, %xmm14
	vsubsd	%xmm13, %xmm16, %xmm13
	vfmadd231sd	%xmm9, %xmm8, %xmm9
	vfmadd231sd	%xmm8, %xmm11, %xmm14
	vaddsd	%xmm9, %xmm17, %xmm9
	vmovapd	%xmm4, %xmm17
	vaddsd	%xmm9, %xmm15, %xmm9
	vfmadd231sd	%xmm9, %xmm10, %xmm14
	vaddsd	%xmm14, %xmm11, %xmm8
	vaddsd	%xmm8, %xmm13, %xmm8
	vaddsd	%xmm8, %xmm12, %xmm9
	vsubsd	%xmm12, %xmm9, %xmm10
	vmovsd	%xmm9, (%rcx,%rdx,8)
	vsubsd	%xmm10, %xmm8, %xmm8
	vmovsd	%xmm8, (%rax,%rdx,8)
	vmovsd	8(%rbx,%rdx,8), %xmm8
	vsubsd	8200(%rbx,%rdx,8), %xmm0, %xmm9
	vmovsd	16392(%rbx,%rdx,8), %xmm10
	vmovsd	24584(%rbx,%rdx,8), %xmm11
	vfmadd213sd	%xmm3, %xmm8, %xmm17
	vmulsd	%xmm2, %xmm8, %xmm12
	vmulsd	%xmm1, %xmm9, %xmm9
	vmulsd	%xmm12, %xmm8, %xmm13
	vfmadd213sd	%xmm5, %xmm8, %xmm17
	vaddsd	%xmm13, %xmm8, %xmm14
	vfmsub213sd	%xmm13, %xmm8, %xmm12
	vfmadd213sd	%xmm6, %xmm8, %xmm17
	vsubsd	%xmm8, %xmm14, %xmm15
	vmulsd	%xmm14, %xmm10, %xmm16
	vfmadd213sd	%xmm7, %xmm8, %xmm17
	vsubsd	%xmm15, %xmm13, %xmm15
	vmulsd	%xmm13, %xmm8, %xmm13
	vfmadd213sd	%xmm12, %xmm13, %xmm17
	vaddsd	%xmm16, %xmm10, %xmm12
	vsubsd	%xmm10, %xmm12, %xmm13
	vaddsd	%xmm17, %xmm14, %xmm8
	vfmsub213sd	%xmm16, %xmm10, %xmm14
	vsubsd	%xmm13, %xmm16, %xmm13
	vfmadd231sd	%xmm9, %xmm8, %xmm9
	vfmadd231sd	%xmm8, %xmm11, %xmm14
	vaddsd	%xmm9, %xmm17, %xmm9
	vaddsd	%xmm9, %xmm15, %xmm9
	vfmadd231sd	%xmm9, %xmm10, %xmm14
	vaddsd	%xmm14, %xmm11, %xmm8
	vaddsd	%xmm8, %xmm13, %xmm8
	vaddsd	%xmm8, %xmm12, %xmm9
	vsubsd	%xmm12, %xmm9, %xmm10
	vmovsd	%xmm9, 8(%rcx,%rdx,8)
	vsubsd	%xmm10, %xmm8, %xmm8
	vmovsd	%xmm8, 8(%rax,%rdx,8)
	addq	$2, %rdx
	cmpq	%rdx, %r13
	jne	.LBB5_22
	jmp	.LBB5_4
.LBB5_12:
	leaq	(%rax,%r13,8), %r10
	leaq	(%rcx,%r13,8), %rdx
	leaq	24576(%rbx,%r13,8), %r11
	cmpq	%r10, %rcx
	setb	%sil
	cmpq	%rdx, %rax
	setb	%r8b
	cmpq	%r11, %rcx
	setb	%dil
	cmpq	%rdx, %rbx
	setb	%r9b
	cmpq	%r11, %rax
	setb	%r11b
	cmpq	%r10, %rbx
	setb	%r10b
	xorl	%edx, %edx
	testb	%r11b, %r10b
	jne	.LBB5_18
	andb	%sil, %r8b
	jne	.LBB5_18
	andb	%dil, %r9b
	jne	.LBB5_18
	movabsq	$.LCPI5_10, %rdx
	movabsq	$.LCPI5_16, %rsi
	movabsq	$.LCPI5_17, %rdi
	vbroadcastsd	(%rdx), %zmm0
	movabsq	$.LCPI5_11, %rdx
	vbroadcastsd	(%rsi), %zmm6
	vbroadcastsd	(%rdi), %zmm7
	xorl	%esi, %esi
	vbroadcastsd	(%rdx), %zmm1
	movabsq	$.LCPI5_12, %rdx
	vbroadcastsd	(%rdx), %zmm2
	movabsq	$.LCPI5_13, %rdx
	vbroadcastsd	(%rdx), %zmm3
	movabsq	$.LCPI5_14, %rdx
	vbroadcastsd	(%rdx), %zmm4
	movabsq	$.LCPI5_15, %rdx
	vbroadcastsd	(%rdx), %zmm5
	movabsq	$9223372036854775800, %rdx
	andq	%r13, %rdx
	.p2align	4
.LBB5_16:
	vmovupd	(%rbx,%rsi,8), %zmm8
	vmovapd	%zmm3, %zmm17
	vsubpd	8192(%rbx,%rsi,8), %zmm0, %zmm9
	vmovupd	16384(%rbx,%rsi,8), %zmm10
	vmovupd	24576(%rbx,%rsi,8), %zmm11
	vfmadd213pd	%zmm4, %zmm8, %zmm17
	vmulpd	%zmm2, %zmm8, %zmm12
	vmulpd	%zmm1, %zmm9, %zmm9
	vmulpd	%zmm12, %zmm8, %zmm13
	vfmadd213pd	%zmm5, %zmm8, %zmm17
	vaddpd	%zmm13, %zmm8, %zmm14
	vfmsub213pd	%zmm13, %zmm8, %zmm12
	vfmadd213pd	%zmm6, %zmm8, %zmm17
	vsubpd	%zmm8, %zmm14, %zmm15
	vmulpd	%zmm14, %zmm10, %zmm16
	vfmadd213pd	%zmm7, %zmm8, %zmm17
	vsubpd	%zmm15, %zmm13, %zmm15
	vmulpd	%zmm13, %zmm8, %zmm13
	vfmadd213pd	%zmm12, %zmm13, %zmm17
	vaddpd	%zmm16, %zmm10, %zmm12
	vsubpd	%zmm10, %zmm12, %zmm13
	vaddpd	%zmm17, %zmm14, %zmm8
	vfmsub213pd	%zmm16, %zmm10, %zmm14
	vsubpd	%zmm13, %zmm16, %zmm13
	vfmadd231pd	%zmm9, %zmm8, %zmm9
	vfmadd231pd	%zmm8, %zmm11, %zmm14
	vaddpd	%zmm9, %zmm17, %zmm9
	vaddpd	%zmm9, %zmm15, %zmm9
	vfmadd231pd	%zmm9, %zmm10, %zmm14
	vaddpd	%zmm14, %zmm11, %zmm8
	vaddpd	%zmm8, %zmm13, %zmm8
	vaddpd	%zmm8, %zmm12, %zmm9
	vsubpd	%zmm12, %zmm9, %zmm10
	vmovupd	%zmm9, (%rcx,%rsi,8)
	vsubpd	%zmm10, %zmm8, %zmm8
	vmovupd	%zmm8, (%rax,%rsi,8)
	addq	$8, %rsi
	cmpq	%rsi, %rdx
	jne	.LBB5_16
	cmpq	%rdx, %r13
	jne	.LBB5_18
.LBB5_4:
	movq	%rbp, %rdi
	vzeroupper
	callq	*%r14
	movq	264(%rsp), %rdi
	callq	*%r14
	movq	136(%rsp), %rax
	movb	$1, (%rax)
.LBB5_5:
	xorl	%eax, %eax
.LBB5_6:
	addq	$184, %rsp
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
.LBB5_23:
	.cfi_def_cfa_offset 240
	movq	152(%rsp), %rcx
	movq	$0, (%rcx)
	jmp	.LBB5_6
.Lfunc_end5:
	.size	_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end5-_ZN8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
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

	.section	.rodata.cst8,"aM",@progbits,8
	.p2align	3, 0x0
.LCPI7_0:
	.quad	0x4338000000000000
.LCPI7_1:
	.quad	0x40771547652b82fe
.LCPI7_2:
	.quad	0x3f662e42fefa39ef
.LCPI7_3:
	.quad	0x7fffffffffffffff
	.section	.ltext,"axl",@progbits
	.weak	_ZN8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE
	.p2align	4
	.type	_ZN8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@function
_ZN8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r12
	pushq	%rbx
	movq	56(%rsp), %rax
	testq	%rax, %rax
	jle	.LBB7_8
	movq	160(%rsp), %rcx
	movq	104(%rsp), %rdx
	movq	48(%rsp), %rsi
	cmpq	$4, %rax
	jae	.LBB7_9
	xorl	%r10d, %r10d
.LBB7_3:
	xorl	%r8d, %r8d
.LBB7_4:
	movl	%eax, %r11d
	subl	%r8d, %r11d
	andl	$7, %r11d
	je	.LBB7_14
	movabsq	$.LCPI7_0, %r9
	movabsq	$.LCPI7_1, %r14
	movabsq	$.LCPI7_2, %rbx
	vmovsd	(%r9), %xmm0
	vmovsd	(%rbx), %xmm2
	vmovsd	(%r14), %xmm1
	movb	$63, %bl
	movq	%r8, %r9
	.p2align	4
.LBB7_6:
	vmovsd	(%rsi,%r9,8), %xmm3
	vmovapd	%xmm0, %xmm4
	vfmadd231sd	%xmm1, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd132sd	%xmm2, %xmm3, %xmm5
	vmovsd	%xmm5, (%rdx,%r9,8)
	vmovsd	%xmm4, (%rcx,%r9,8)
	bzhiq	%rbx, (%rsi,%r9,8), %r14
	incq	%r9
	cmpq	%r10, %r14
	cmovaq	%r14, %r10
	decq	%r11
	jne	.LBB7_6
	subq	%rax, %r8
	cmpq	$-8, %r8
	jbe	.LBB7_15
	jmp	.LBB7_40
.LBB7_8:
	xorl	%r10d, %r10d
	jmp	.LBB7_40
.LBB7_9:
	leaq	(%rcx,%rax,8), %r14
	leaq	(%rdx,%rax,8), %r10
	leaq	(%rsi,%rax,8), %r15
	cmpq	%r14, %rdx
	setb	%r8b
	cmpq	%r10, %rcx
	setb	%r9b
	cmpq	%r15, %rdx
	setb	%r11b
	cmpq	%r10, %rsi
	setb	%bl
	cmpq	%r15, %rcx
	setb	%bpl
	cmpq	%r14, %rsi
	setb	%r14b
	xorl	%r10d, %r10d
	testb	%r14b, %bpl
	jne	.LBB7_3
	andb	%bl, %r11b
	jne	.LBB7_3
	andb	%r8b, %r9b
	movl	$0, %r8d
	jne	.LBB7_4
	movabsq	$9223372036854775776, %r15
	movabsq	$.LCPI7_0, %rbx
	movabsq	$.LCPI7_1, %r14
	movabsq	$.LCPI7_2, %r9
	movabsq	$.LCPI7_3, %r11
	cmpq	$32, %rax
	jae	.LBB7_33
	xorl	%r8d, %r8d
	xorl	%r10d, %r10d
	jmp	.LBB7_37
.LBB7_14:
	movq	%r8, %r9
	subq	%rax, %r8
	cmpq	$-8, %r8
	ja	.LBB7_40
.LBB7_15:
	movabsq	$.LCPI7_0, %r8
	movabsq	$.LCPI7_1, %rbx
	movabsq	$.LCPI7_2, %r11
	vmovsd	(%r8), %xmm0
	vmovsd	(%rbx), %xmm1
	vmovsd	(%r11), %xmm2
	movb	$63, %r8b
	jmp	.LBB7_17
	.p2align	4
.LBB7_16:
	addq	$8, %r9
	cmpq	%r9, %rax
	je	.LBB7_40
.LBB7_17:
	vmovsd	(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, (%rdx,%r9,8)
	vmovsd	%xmm4, (%rcx,%r9,8)
	bzhiq	%r8, (%rsi,%r9,8), %r11
	cmpq	%r10, %r11
	ja	.LBB7_19
	movq	%r10, %r11
.LBB7_19:
	vmovsd	8(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 8(%rdx,%r9,8)
	vmovsd	%xmm4, 8(%rcx,%r9,8)
	bzhiq	%r8, 8(%rsi,%r9,8), %r10
	cmpq	%r11, %r10
	ja	.LBB7_21
	movq	%r11, %r10
.LBB7_21:
	vmovsd	16(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 16(%rdx,%r9,8)
	vmovsd	%xmm4, 16(%rcx,%r9,8)
	bzhiq	%r8, 16(%rsi,%r9,8), %r11
	cmpq	%r10, %r11
	ja	.LBB7_23
	movq	%r10, %r11
.LBB7_23:
	vmovsd	24(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 24(%rdx,%r9,8)
	vmovsd	%xmm4, 24(%rcx,%r9,8)
	bzhiq	%r8, 24(%rsi,%r9,8), %r10
	cmpq	%r11, %r10
	ja	.LBB7_25
	movq	%r11, %r10
.LBB7_25:
	vmovsd	32(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 32(%rdx,%r9,8)
	vmovsd	%xmm4, 32(%rcx,%r9,8)
	bzhiq	%r8, 32(%rsi,%r9,8), %r11
	cmpq	%r10, %r11
	ja	.LBB7_27
	movq	%r10, %r11
.LBB7_27:
	vmovsd	40(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 40(%rdx,%r9,8)
	vmovsd	%xmm4, 40(%rcx,%r9,8)
	bzhiq	%r8, 40(%rsi,%r9,8), %r10
	cmpq	%r11, %r10
	ja	.LBB7_29
	movq	%r11, %r10
.LBB7_29:
	vmovsd	48(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 48(%rdx,%r9,8)
	vmovsd	%xmm4, 48(%rcx,%r9,8)
	bzhiq	%r8, 48(%rsi,%r9,8), %r11
	cmpq	%r10, %r11
	ja	.LBB7_31
	movq	%r10, %r11
.LBB7_31:
	vmovsd	56(%rsi,%r9,8), %xmm3
	vmovapd	%xmm1, %xmm4
	vfmadd213sd	%xmm0, %xmm3, %xmm4
	vsubsd	%xmm4, %xmm0, %xmm5
	vfmadd213sd	%xmm3, %xmm2, %xmm5
	vmovsd	%xmm5, 56(%rdx,%r9,8)
	vmovsd	%xmm4, 56(%rcx,%r9,8)
	bzhiq	%r8, 56(%rsi,%r9,8), %r10
	cmpq	%r11, %r10
	ja	.LBB7_16
	movq	%r11, %r10
	jmp	.LBB7_16
.LBB7_33:
	vbroadcastsd	(%rbx), %zmm0
	vbroadcastsd	(%r14), %zmm1
	vbroadcastsd	(%r9), %zmm3
	vbroadcastsd	(%r11), %zmm4
	movq	%rax, %r8
	andq	%r15, %r8
	vpxor	%xmm2, %xmm2, %xmm2
	xorl	%r10d, %r10d
	vpxor	%xmm5, %xmm5, %xmm5
	vpxor	%xmm6, %xmm6, %xmm6
	vpxor	%xmm7, %xmm7, %xmm7
	.p2align	4
.LBB7_34:
	vmovupd	(%rsi,%r10,8), %zmm8
	vmovupd	64(%rsi,%r10,8), %zmm9
	vmovupd	128(%rsi,%r10,8), %zmm10
	vmovupd	192(%rsi,%r10,8), %zmm11
	vmovapd	%zmm1, %zmm12
	vmovapd	%zmm1, %zmm13
	vmovapd	%zmm1, %zmm14
	vmovapd	%zmm1, %zmm15
	vfmadd213pd	%zmm0, %zmm8, %zmm12
	vfmadd213pd	%zmm0, %zmm9, %zmm13
	vfmadd213pd	%zmm0, %zmm10, %zmm14
	vfmadd213pd	%zmm0, %zmm11, %zmm15
	vsubpd	%zmm12, %zmm0, %zmm16
	vsubpd	%zmm13, %zmm0, %zmm17
	vsubpd	%zmm14, %zmm0, %zmm18
	vsubpd	%zmm15, %zmm0, %zmm19
	vfmadd213pd	%zmm8, %zmm3, %zmm16
	vfmadd213pd	%zmm9, %zmm3, %zmm17
	vfmadd213pd	%zmm10, %zmm3, %zmm18
	vfmadd213pd	%zmm11, %zmm3, %zmm19
	vandpd	%zmm4, %zmm9, %zmm9
	vandpd	%zmm4, %zmm8, %zmm8
	vandpd	%zmm4, %zmm10, %zmm10
	vpmaxuq	%zmm5, %zmm9, %zmm5
	vandpd	%zmm4, %zmm11, %zmm9
	vpmaxuq	%zmm2, %zmm8, %zmm2
	vpmaxuq	%zmm6, %zmm10, %zmm6
	vpmaxuq	%zmm7, %zmm9, %zmm7
	vmovupd	%zmm16, (%rdx,%r10,8)
	vmovupd	%zmm17, 64(%rdx,%r10,8)
	vmovupd	%zmm18, 128(%rdx,%r10,8)
	vmovupd	%zmm19, 192(%rdx,%r10,8)
	vmovupd	%zmm12, (%rcx,%r10,8)
	vmovupd	%zmm13, 64(%rcx,%r10,8)
	vmovupd	%zmm14, 128(%rcx,%r10,8)
	vmovupd	%zmm15, 192(%rcx,%r10,8)
	addq	$32, %r10
	cmpq	%r10, %r8
	jne	.LBB7_34
	vpmaxuq	%zmm5, %zmm2, %zmm0
	vpmaxuq	%zmm7, %zmm6, %zmm1
	vpmaxuq	%zmm1, %zmm0, %zmm0
	vextracti64x4	$1, %zmm0, %ymm1
	vpmaxuq	%zmm1, %zmm0, %zmm0
	vextracti128	$1, %ymm0, %xmm1
	vpmaxuq	%xmm1, %xmm0, %xmm0
	vpshufd	$238, %xmm0, %xmm1
	vpmaxuq	%xmm1, %xmm0, %xmm0
	vmovq	%xmm0, %r10
	cmpq	%r8, %rax
	je	.LBB7_40
	testb	$28, %al
	je	.LBB7_4
.LBB7_37:
	vbroadcastsd	(%rbx), %ymm1
	vbroadcastsd	(%r14), %ymm2
	vbroadcastsd	(%r9), %ymm3
	vbroadcastsd	(%r11), %ymm4
	addq	$28, %r15
	movq	%r8, %r12
	vpbroadcastq	%r10, %ymm0
	movq	%r15, %r8
	andq	%rax, %r8
	.p2align	4
.LBB7_38:
	vmovupd	(%rsi,%r12,8), %ymm5
	vmovapd	%ymm1, %ymm6
	vfmadd231pd	%ymm2, %ymm5, %ymm6
	vsubpd	%ymm6, %ymm1, %ymm7
	vfmadd132pd	%ymm3, %ymm5, %ymm7
	vandpd	%ymm4, %ymm5, %ymm5
	vpmaxuq	%ymm0, %ymm5, %ymm0
	vmovupd	%ymm7, (%rdx,%r12,8)
	vmovupd	%ymm6, (%rcx,%r12,8)
	addq	$4, %r12
	cmpq	%r12, %r8
	jne	.LBB7_38
	vextracti128	$1, %ymm0, %xmm1
	vpmaxuq	%xmm1, %xmm0, %xmm0
	vpshufd	$238, %xmm0, %xmm1
	vpmaxuq	%xmm1, %xmm0, %xmm0
	vmovq	%xmm0, %r10
	cmpq	%r8, %rax
	jne	.LBB7_4
.LBB7_40:
	movq	%r10, (%rdi)
	xorl	%eax, %eax
	popq	%rbx
	popq	%r12
	popq	%r14
	popq	%r15
	popq	%rbp
	vzeroupper
	retq
.Lfunc_end7:
	.size	_ZN8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE, .Lfunc_end7-_ZN8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE

	.type	.const.W,@object
	.section	.lrodata,"al",@progbits
.const.W:
	.asciz	"W"
	.size	.const.W, 2

	.type	_ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	".const.missing Environment: _ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE",@object
	.p2align	4, 0x0
".const.missing Environment: _ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE":
	.asciz	"missing Environment: _ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE"
	.size	".const.missing Environment: _ZN08NumbaEnv8__main__1WB2v8B38c8tJTIeFIjxB2IKSgI4CrvQClQZ6FczSBAA_3dEx5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE", 217

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

	.type	_ZN08NumbaEnv8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8softmark6oracle12lean_weights5weighB2v9B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	_ZN08NumbaEnv8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8softmark6oracle12lean_weights12_weigh_wholeB3v10B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	_ZN08NumbaEnv8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8softmark6oracle12lean_weights7_reduceB3v11B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.type	_ZN08NumbaEnv8softmark6oracle12lean_weights5_bodyB3v12B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle12lean_weights5_bodyB3v12B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdddd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle11double_word15_two_prod_fusedB3v13B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle11double_word15_two_prod_fusedB3v13B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle11double_word12fast_two_sumB2v4B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,@object
	.comm	_ZN08NumbaEnv8softmark6oracle11double_word12fast_two_sumB2v4B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dEdd,8,8
	.type	_ZN08NumbaEnv8softmark6oracle12lean_weights5_copyB3v14B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,@object
	.comm	_ZN08NumbaEnv8softmark6oracle12lean_weights5_copyB3v14B56c8tJTIeFIjxB2IKSgI4CrvQCk0Z4yRYcWsBAK4JJIqUWsIgmAA_3d_3dE5ArrayIdLi1E1C7mutable7alignedE5ArrayIdLi1E1C7mutable7alignedE,8,8
	.section	".note.GNU-stack","",@progbits
