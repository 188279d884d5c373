"""Samplers of the libraries, as their users call them; each is imported when it is called."""

from __future__ import annotations

from typing import Any


def torch_multinomial(
    logits: Any, generator: Any, num_samples: int, temperature: float = 1.0
) -> Any:
    import torch

    p = torch.softmax(logits / temperature, -1)
    return torch.multinomial(p, num_samples, replacement=True, generator=generator)


def torch_multinomial_of_rows(logits: Any, generator: Any) -> Any:
    import torch

    return torch.multinomial(torch.softmax(logits, -1), 1, generator=generator)


def torch_categorical(logits: Any) -> Any:
    import torch

    return torch.distributions.Categorical(logits=logits).sample()


def torch_exponential(logits: Any, generator: Any, temperature: float = 1.0) -> Any:
    """argmax(p / q) with q exponential, as in gpt-fast."""
    import torch

    p = torch.softmax(logits / temperature, -1)
    return (p / torch.empty_like(p).exponential_(1, generator=generator)).argmax(-1)


def torch_gumbel_softmax(logits: Any, tau: float = 1.0) -> Any:
    import torch

    return torch.nn.functional.gumbel_softmax(logits, tau=tau, hard=True)


def jax_categorical(logits: Any, key: Any, shape: Any, temperature: float = 1.0) -> Any:
    import jax

    return jax.random.categorical(key, logits / temperature, shape=shape)


def jax_categorical_shifted(logits: Any, key: Any, shape: Any) -> Any:
    import jax

    return jax.random.categorical(key, jax.nn.log_softmax(logits), shape=shape)


def tf_categorical(logits: Any, seed: int, num_samples: int) -> Any:
    import tensorflow as tf

    return tf.random.categorical(logits, num_samples, seed=seed)


def tf_stateless_categorical(logits: Any, key: Any, num_samples: int) -> Any:
    import tensorflow as tf

    return tf.random.stateless_categorical(logits, num_samples, seed=key)


def numpy_choice(logits: Any, rng: Any, size: int, temperature: float = 1.0) -> Any:
    import numpy as np
    from scipy.special import softmax

    return rng.choice(logits.size, size, p=softmax(logits.astype(np.float64) / temperature))


def numpy_choice_float32(logits: Any, rng: Any, size: int) -> Any:
    from scipy.special import softmax

    return rng.choice(logits.size, size, p=softmax(logits))


def numpy_multinomial(logits: Any, rng: Any) -> Any:
    """One-hot rows."""
    import numpy as np
    from scipy.special import softmax

    return rng.multinomial(1, softmax(logits.astype(np.float64), axis=-1))
