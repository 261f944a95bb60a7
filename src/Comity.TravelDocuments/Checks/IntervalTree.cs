namespace Comity.TravelDocuments.Checks;

/// <summary>
/// Intervals that may overlap, in a tree that never changes: adding and removing give a new tree that shares most of
/// the old one, so that readers need no lock. A treap by start; each node knows the greatest end below it. Any
/// operation takes about log₂ n steps, whatever the order in which intervals come.
/// </summary>
internal sealed class IntervalTree
{
    private readonly long _start;
    private readonly long _end;
    private readonly long _greatestEnd;
    private readonly IndexEntry _value;
    private readonly uint _priority;
    private readonly IntervalTree? _left;
    private readonly IntervalTree? _right;

    private IntervalTree(long start, long end, IndexEntry value, uint priority, IntervalTree? left, IntervalTree? right)
    {
        (_start, _end, _value, _priority, _left, _right) = (start, end, value, priority, left, right);
        _greatestEnd = Math.Max(end, Math.Max(left?._greatestEnd ?? end, right?._greatestEnd ?? end));
    }

    /// <summary>A tree with one interval more.</summary>
    /// <param name="tree">The tree, or null for the empty one.</param>
    /// <param name="start">The first point.</param>
    /// <param name="end">The last point, itself included.</param>
    /// <param name="value">What stands there.</param>
    /// <param name="priority">Decides the shape; drawn at random or from a keyed hash.</param>
    /// <returns>The new tree, or the same one where the interval is there already with that value.</returns>
    public static IntervalTree Add(IntervalTree? tree, long start, long end, IndexEntry value, uint priority)
    {
        if (tree is null) return new(start, end, value, priority, null, null);
        var order = tree.Compare(start, end, value);
        if (order == 0) return tree;
        if (order < 0)
        {
            var left = Add(tree._left, start, end, value, priority);
            if (left == tree._left) return tree;
            return left._priority > tree._priority
                ? left.With(left._left, tree.With(left._right, tree._right))
                : tree.With(left, tree._right);
        }
        var right = Add(tree._right, start, end, value, priority);
        if (right == tree._right) return tree;
        return right._priority > tree._priority
            ? right.With(tree.With(tree._left, right._left), right._right)
            : tree.With(tree._left, right);
    }

    /// <summary>A tree with one interval less.</summary>
    /// <returns>The new tree, null for the empty one, or the same one where the interval is not there.</returns>
    public static IntervalTree? Remove(IntervalTree? tree, long start, long end, IndexEntry value)
    {
        if (tree is null) return null;
        var order = tree.Compare(start, end, value);
        if (order == 0) return Join(tree._left, tree._right);
        if (order < 0)
        {
            var left = Remove(tree._left, start, end, value);
            return left == tree._left ? tree : tree.With(left, tree._right);
        }
        var right = Remove(tree._right, start, end, value);
        return right == tree._right ? tree : tree.With(tree._left, right);
    }

    /// <summary>Writes the values of the intervals that hold a point.</summary>
    /// <param name="tree">The tree, or null for the empty one.</param>
    /// <param name="point">The point.</param>
    /// <param name="values">Takes as many as it holds.</param>
    /// <param name="found">Grows by how many there are, which may be more.</param>
    public static void Find(IntervalTree? tree, long point, Span<IndexEntry> values, ref int found)
    {
        while (tree is not null && tree._greatestEnd >= point)
        {
            Find(tree._left, point, values, ref found);
            if (tree._start > point) return;
            if (tree._end >= point)
            {
                if ((uint)found < (uint)values.Length) values[found] = tree._value;
                found++;
            }
            tree = tree._right;
        }
    }

    /// <summary>Every interval, in order.</summary>
    public static IEnumerable<(long Start, long End, IndexEntry Value)> All(IntervalTree? tree)
    {
        Stack<IntervalTree> above = [];
        while (tree is not null || above.Count > 0)
        {
            for (; tree is not null; tree = tree._left) above.Push(tree);
            var next = above.Pop();
            yield return (next._start, next._end, next._value);
            tree = next._right;
        }
    }

    private static IntervalTree? Join(IntervalTree? left, IntervalTree? right)
    {
        if (left is null) return right;
        if (right is null) return left;
        return left._priority > right._priority
            ? left.With(left._left, Join(left._right, right))
            : right.With(Join(left, right._left), right._right);
    }

    private IntervalTree With(IntervalTree? left, IntervalTree? right) => new(_start, _end, _value, _priority, left, right);

    private int Compare(long start, long end, IndexEntry value)
    {
        if (start != _start) return start < _start ? -1 : 1;
        if (end != _end) return end < _end ? -1 : 1;
        return value.CompareTo(_value);
    }
}
