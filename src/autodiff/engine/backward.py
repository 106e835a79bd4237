"""The backward walk: from the outputs to the leaves, latest node first, without recursion.

A leaf's gradient is accumulated as soon as the last node that contributes to it has run: PyTorch's order,
which shows when an error stops the walk half-way. Gradients of raw nodes are plain numbers until something
needs a tensor; with `create_graph` everything is a tensor and is recorded.
"""

from __future__ import annotations

from _operator import attrgetter  # as in operator, without a file to load

from autodiff.engine.core import TensorBase, is_array, is_zero, plain
from autodiff.engine.gradient import added_in_place, copy_for, filled, fitted, own_copy, recorded_copy, refuse_misfit
from autodiff.engine.graph import AccumulateGrad, Node, edges_of, node_of, unlinked
from autodiff.engine.mode import FORMULA, FORMULA_UNRECORDED, checks_nan, dual_level, mode
from autodiff.engine.node_facts import is_hooked
from autodiff.engine.scalar_node import ScalarNode
from autodiff.errors import TorchRuntimeError
from autodiff.late import late_module
from autodiff.numbers.scalar import SCALARS
from autodiff.ops.arithmetic import add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from autodiff.engine import apply as general
    from autodiff.engine import ownership
    from autodiff.engine.graph import Edge
    from autodiff.numbers.scalar import Scalar
else:
    general = late_module("autodiff.engine.apply")
    ownership = late_module("autodiff.engine.ownership")

__all__ = ["walk"]


def walk(
    roots: Sequence[tuple[Edge, TensorBase]],
    *,
    keep: bool,
    create_graph: bool,
    wanted: Sequence[Edge] | None = None,
    accumulate: bool = True,
) -> list[TensorBase | None]:
    """Run backward from `roots` (edges with their seeds) and return the gradients that reach the `wanted` edges.

    Without `wanted`, every leaf accumulates. With it, only nodes that lead to a wanted edge run, and only wanted
    leaves accumulate, if `accumulate`. Saved values are let go unless `keep`. Raises PyTorch's RuntimeError where
    a saved value is gone or was changed.
    """
    if not roots:
        return [None for _ in wanted or ()]
    journey = _Walk(keep=keep, create_graph=create_graph, wanted=wanted, accumulate=accumulate)
    token = mode.set((FORMULA if create_graph else FORMULA_UNRECORDED).with_hooks())
    try:
        for edge, seed in roots:
            journey.give(edge, seed)
        journey.run([node_of(edge) for edge, _ in roots])
    finally:
        mode.reset(token)
    return [journey.captured.get(_key(edge)) for edge in wanted or ()]


def _meet(edge: Edge, node: Node, seen: set[Any], found: list[Node], last: dict[Node, Node]) -> None:
    """Note down what an edge of `node` leads to: an inner node, or one that ends, and after whom."""
    after = node_of(edge)
    if after.ends:
        known = last.get(after)
        if known is None or node.number < known.number:
            last[after] = node
        if known is None and not after.leaf:
            found.append(after)
    elif after not in seen:
        seen.add(after)
        found.append(after)


def _key(edge: Edge) -> Any:  # noqa: ANN401 - a node, or a node and the number of its output
    if isinstance(edge, Node):
        return edge
    return (edge.node, edge.index) if edge.index else edge.node


class _Walk:
    """The state of one backward call: gradients on their way, by edge."""

    def __init__(self, *, keep: bool, create_graph: bool, wanted: Iterable[Edge] | None, accumulate: bool) -> None:
        self.keep = keep
        self.create_graph = create_graph
        self.tensors = create_graph or dual_level.get() is not None  # numbers have neither history nor tangents
        self.accumulate = accumulate
        self.gradients: dict[Any, Any] = {}
        self.selective = wanted is not None
        self.wanted = {_key(edge) for edge in wanted or ()}
        self.targets = {node_of(edge) for edge in wanted or ()}
        self.passing: set[Node] = set()  # nodes that lead on to a wanted edge
        self.captured: dict[Any, TensorBase] = {}
        self.checks_nan = checks_nan()
        self.leaves_after: dict[Node, list[Node]] = {}
        self.some_detached = False
        self.all_plain = True  # all nodes are of the short way, and nobody looks at any

    # -------------------------------------------------------------- which nodes, in which order

    def order(self, roots: Iterable[Node]) -> list[Node]:
        """The inner nodes to run, latest first; notes down after which of them each leaf is complete."""
        found = [node for node in dict.fromkeys(roots) if not node.leaf]
        seen: set[Any] = set(found)
        last: dict[Node, Node] = {}
        for node in found:  # grows while it is walked
            if node.scalar and node.extra is None:  # most nodes of most graphs: without a call
                for edge in (node.first, node.second):  # type: ignore[attr-defined]
                    if edge is not None and edge not in seen:
                        if edge.scalar:
                            seen.add(edge)
                            found.append(edge)
                        else:
                            _meet(edge, node, seen, found, last)
            else:
                self.all_plain = self.all_plain and node.scalar and node.extra is None
                self.some_detached |= node.extra is not None and node.extra.has_detached()
                for edge in edges_of(node):
                    _meet(edge, node, seen, found, last)
        found.sort(key=attrgetter("number"), reverse=True)
        self._complete(last)
        return self._useful(found) if self.selective else found

    def _complete(self, last: dict[Node, Node]) -> None:
        """Note down after which nodes those that end are complete."""
        for end, node in last.items():
            self.all_plain = self.all_plain and end.extra is None
            if end.leaf or not self.selective:
                self.leaves_after.setdefault(node, []).append(end)
        for node in (last[end] for end in last if not end.leaf):  # in the order of its inputs, for one of them raises
            inputs = [node_of(edge) for edge in edges_of(node)]
            self.leaves_after.get(node, []).sort(key=inputs.index)

    def _useful(self, inner: list[Node]) -> list[Node]:
        """The wanted nodes, and those that lead on to one."""
        for node in reversed(inner):
            if any((after := node_of(edge)) in self.targets or after in self.passing for edge in edges_of(node)):
                self.passing.add(node)
        return [node for node in inner if node in self.passing or node in self.targets]

    # -------------------------------------------------------------- one node

    def run(self, roots: Sequence[Node]) -> None:
        """Run all nodes in order; the short way for float scalars nobody looks at."""
        gradients, leaves_after, keep, give = self.gradients, self.leaves_after, self.keep, self._give_number
        inner, arrived = self.order(roots), gradients.pop
        for leaf in roots:
            if leaf.leaf and not any(leaf in leaves for leaves in leaves_after.values()):
                self.visit(leaf)
        plain_walk = not (self.tensors or self.selective or self.checks_nan or self.some_detached)
        all_plain = plain_walk and self.all_plain
        for node in inner:
            if all_plain or (plain_walk and node.scalar and node.extra is None):
                if (g := arrived(node, None)) is not None:
                    node.push(g, gradients, give, keep)  # type: ignore[attr-defined]
            else:
                self.visit(node)
                plain_walk = plain_walk and not self.tensors
            if node in leaves_after:
                for leaf in leaves_after[node]:
                    self.visit(leaf)

    def visit(self, node: Node) -> None:
        """Run one node with the gradients gathered for its outputs."""
        g = self.gradients.pop(node, None)
        several = node.several
        if several:
            g = [g, *(self.gradients.pop((node, k), None) for k in range(1, len(node.results)))]  # type: ignore[attr-defined]
            if all(part is None for part in g):
                return
        elif g is None:
            return
        if node.extra is not None:
            from autodiff.engine.hooks import observed

            g = observed(self, node, g, several=several)
        if self.selective:
            self._capture(node, g, several=several)
            if node not in self.passing and not isinstance(node, AccumulateGrad):
                return
        if isinstance(node, AccumulateGrad):
            if self.accumulate and (not self.selective or node in self.targets):
                arrived, g = [g], None  # so that one can see whether anybody else has it
                self._accumulate(node, arrived)
        elif isinstance(node, ScalarNode) and not (self.tensors or self.checks_nan or is_hooked(node.extra)):
            if self.some_detached:
                node.check_attached()
            node.push(g, self.gradients, self._give_number, self.keep)
        else:
            self._pull(node, g, several=several)

    def _pull(self, node: Node, g: Any, *, several: bool) -> None:  # noqa: ANN401 - a tensor, a number, or a list
        if several:
            results: Any = node.results  # type: ignore[attr-defined]
            if not node.sees_missing:
                g = [filled(meta, 0) if part is None else part for part, meta in zip(g, results, strict=True)]
        elif not isinstance(g, TensorBase):
            g = self.tensor(node, g)
        like = g[0] if several else g
        for hook in node.extra.pre_hooks if node.extra is not None else ():
            changed = hook(tuple(g) if several else (g,))
            g = g if changed is None else (list(changed) if several else changed[0])
        pulled = node.pull(g)
        metas = node.input_metas(like)
        if self.checks_nan:
            from autodiff.engine.anomaly import refuse_nan

            refuse_nan(type(node).__name__, pulled)
        if not self.keep:
            node.release()
        for k, (edge, gradient, meta) in enumerate(zip(node.edges, pulled, metas, strict=False)):
            if edge is None or gradient is None:
                continue
            fit = fitted(gradient, meta)
            if edge.direct and edge.leaf and edge.meta.shape != meta.shape:  # type: ignore[union-attr] # a leaf of another shape now
                refuse_misfit(type(node).__name__, k, edge.meta.shape, fit.shape)  # type: ignore[union-attr]
                fit = fitted(fit, edge.meta)  # type: ignore[union-attr]
            self.give(edge, fit)
        for hook in node.extra.post_hooks if node.extra is not None else ():
            hook(tuple(pulled), tuple(g) if several else (g,))

    # -------------------------------------------------------------- gathering

    def give(self, edge: Edge, g: TensorBase) -> None:
        """Add a gradient to what has arrived at `edge` so far."""
        key, target = _key(edge), node_of(edge)
        known = self.gradients.get(key)
        self.tensors = self.tensors or g._data.zero  # no number says what such a zero does
        if target.raw and not self.tensors:
            value = g.item()
            self.gradients[key] = value if known is None else SCALARS[g.dtype].round(known + value)
        else:
            if known is not None and not self.create_graph and g._data.zero and not is_zero(known):
                g = own_copy(g)  # PyTorch adds it in place
            waiting, known = [self.gradients.pop(key, None)], None
            if not self.tensors and is_array(g) and ownership.is_ours(waiting) and ownership.same_kind(waiting[0], g):
                g = ownership.add_into(waiting[0], g)
            elif waiting[0] is not None:
                g = general.apply(add, (self.tensor(target, waiting[0]), g), {})
            self.gradients[key] = g

    def _give_number(self, edge: Edge, value: float, carrier: type[Scalar]) -> None:
        target = unlinked(edge)
        if target is edge or self.tensors or not target.raw:  # type: ignore[union-attr] # there is one
            self.give(edge, plain(carrier.of(value)))
        else:
            known = self.gradients.get(target)
            self.gradients[target] = value if known is None else carrier.round(known + value)

    def tensor(self, node: Node, value: Any) -> TensorBase:  # noqa: ANN401 - a tensor or a number
        """A gradient as a tensor of the node's dtype."""
        if isinstance(value, TensorBase):
            return value
        carrier = node.carrier if isinstance(node, ScalarNode) else SCALARS[node.meta.dtype]  # type: ignore[attr-defined]
        return plain(carrier.of(value))  # type: ignore[no-any-return] # a Tensor

    def _accumulate(self, leaf: AccumulateGrad, arrived: list[Any]) -> None:  # one tensor or number
        variable = leaf.variable
        if variable is not None and variable._node is not None and not node_of(variable._node).leaf:
            raise TorchRuntimeError("leaf variable has been moved into the graph interior")
        if leaf.closed:
            return
        before, arrived[0] = leaf.grad, self.tensor(leaf, arrived[0])
        if before is None:
            leaf.grad = recorded_copy(arrived[0]) if self.create_graph else self._kept(variable, arrived)
        elif self.create_graph:
            leaf.grad = general.apply(add, (before, arrived[0]), {})
        else:
            added_in_place(variable, before, arrived[0])
        if leaf.extra is not None and leaf.extra.post_hooks and leaf.variable is not None:
            for hook in tuple(leaf.extra.post_hooks):
                hook(leaf.variable)

    def _kept(self, leaf: TensorBase | None, arrived: list[Any]) -> TensorBase:
        """The gradient in memory of its own; one without memory stays so, unless another input awaits it, too."""
        if is_array(arrived[0]) and ownership.is_ours(arrived) and ownership.fits(leaf, arrived[0]):
            return plain(arrived[0]._data)  # type: ignore[no-any-return] # a Tensor
        if arrived[0]._data.zero and not any(other is arrived[0] for other in self.gradients.values()):
            return plain(arrived[0]._data)  # type: ignore[no-any-return] # a Tensor
        return copy_for(leaf, arrived[0])  # type: ignore[no-any-return] # a Tensor

    def _capture(self, node: Node, g: Any, *, several: bool) -> None:  # noqa: ANN401
        """Note down the gradients of wanted edges."""
        for k, part in enumerate(g if several else [g]):
            key = node if k == 0 else (node, k)
            if key in self.wanted and part is not None:
                self.captured[key] = self.tensor(node, part)
