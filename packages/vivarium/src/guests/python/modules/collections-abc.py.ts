/** The module `collections.abc`, in Python. */

export default `
from _collections_abc import *
from _collections_abc import (Hashable, Awaitable, Coroutine, AsyncIterable, AsyncIterator, AsyncGenerator, Iterable, Iterator, Reversible, Generator, Sized,
    Container, Collection, Buffer, Callable, Set, MutableSet, Mapping, MappingView, KeysView, ItemsView, ValuesView, MutableMapping, Sequence, ByteString, MutableSequence)
`;
