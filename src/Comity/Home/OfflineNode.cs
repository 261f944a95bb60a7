using Comity.Core;
using Comity.Core.Feeds;
using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Home;

/// <summary>A node's store and keys without its workers: for commands that run beside a running node, or before its first start.</summary>
internal sealed class OfflineNode : IDisposable
{
    private readonly KeyRing _ring;

    private OfflineNode(NodeContext context, KeyRing ring) => (Context, _ring) = (context, ring);

    /// <summary>Store, membership, clock.</summary>
    public NodeContext Context { get; }

    /// <summary>Opens it.</summary>
    /// <param name="folder">The home.</param>
    /// <param name="passphraseFile">As given on the command line.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="StorageException">It cannot be opened; the message says why.</exception>
    public static OfflineNode Open(string folder, string? passphraseFile, TimeProvider clock)
    {
        if (!NodeHome.TryOpen(folder, out var home, out var faults))
        {
            throw new StorageException(string.Join('\n', faults), away: false);
        }

        if (!Passphrase.TryFind(passphraseFile, out var passphrase, out var fault) || !home.TryLoadKeys(passphrase, out var ring, out fault))
        {
            throw new StorageException(fault, away: false);
        }

        if (!home.TryLoadStorageKey(ring, out var storageKey, out fault) || home.Identity(ring) is not { } identity)
        {
            ring.Dispose();
            throw new StorageException(fault ?? "This node has not joined a network yet: comity join", away: false);
        }

        var store = home.OpenStore();
        var sealer = new BodySealer(storageKey, Randomness.System);
        var membership = Membership.Load(store, identity, clock, sealer);
        new PastGuard(home, store, membership.Past).CheckAsync(clock.GetUtcNow()).GetAwaiter().GetResult();
        store.Signer = new CheckpointSigner(ring.Current(KeyUse.Log).Log, membership.Past);
        return new OfflineNode(new NodeContext(store, membership, sealer, clock, Randomness.System), ring);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Context.Store.Dispose();
        _ring.Dispose();
    }
}
