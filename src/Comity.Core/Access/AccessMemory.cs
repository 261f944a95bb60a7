using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Comity.Core.Storage;

namespace Comity.Core.Access;

/// <summary>Says until when what this process remembers of officers, tokens and sessions holds: until any process of the node changes one of them.</summary>
/// <remarks>
/// Whoever changes one calls <see cref="Change"/> in the same transaction. This process forgets before that commit is
/// acknowledged; others when they follow the journal to it, and those that are too far behind remember nothing.
/// </remarks>
public sealed class AccessMemory
{
    private long _generation;

    /// <summary>Whether this process may be behind the store by more than it may be; then nothing is remembered.</summary>
    internal Func<bool> Behind { get; set; } = () => false;

    /// <summary>Counts the changes that this process knows of.</summary>
    internal long Generation => Volatile.Read(ref _generation);

    /// <summary>Has every process of the node forget, once the transaction is durable.</summary>
    public void Change(WriteSession session)
    {
        session.Tell(StoreNews.Access);
        session.AfterCommit(Forget);
    }

    /// <summary>Forgets everything.</summary>
    internal void Forget() => Interlocked.Increment(ref _generation);
}

/// <summary>What was read from the store under secrets' hashes and holds until something of access changes.</summary>
/// <typeparam name="T">What is remembered; never changed after.</typeparam>
internal sealed class Remembered<T>(AccessMemory memory)
    where T : class
{
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<Secret, (long Generation, T What)> _known = new();

    /// <summary>What is remembered, or what is read now; null is not remembered, so that strangers fill nothing.</summary>
    /// <param name="hash">32 bytes: the hash of a secret of 256 random bits, so that the time taken tells nothing of it.</param>
    /// <param name="holds">Whether what is remembered still holds.</param>
    /// <param name="read">Reads it from the store.</param>
    public T? Find(byte[] hash, Func<T, bool> holds, Func<byte[], T?> read)
    {
        var secret = new Secret(hash);
        var generation = memory.Generation;   // before it is read: a change meanwhile makes what was read too old to be remembered
        if (TryRecall(secret, generation, out var what) && holds(what))
        {
            return what;
        }

        what = read(hash);
        if (what is not null)
        {
            if (_known.Count >= Most)
            {
                _known.Clear();
            }

            _known[secret] = (generation, what);
        }

        return what;
    }

    private bool TryRecall(Secret secret, long generation, [MaybeNullWhen(false)] out T what)
    {
        what = _known.TryGetValue(secret, out var known) && known.Generation == generation && !memory.Behind() ? known.What : null;
        return what is not null;
    }

    /// <summary>A hash as a key: its bytes are random already.</summary>
    private readonly struct Secret(byte[] hash) : IEquatable<Secret>
    {
        private readonly byte[] _hash = hash;

        public bool Equals(Secret other) => _hash.AsSpan().SequenceEqual(other._hash);

        public override bool Equals(object? obj) => obj is Secret other && Equals(other);

        public override int GetHashCode() => BitConverter.ToInt32(_hash);
    }
}
