using Comity.Core.Members;
using Comity.Core.Storage;

namespace Comity.Home;

/// <summary>The charters and notices in a store, read without keys; for commands beside the running node.</summary>
/// <param name="Chain">The charters.</param>
/// <param name="Notices">The notices accepted.</param>
/// <param name="OwnLogs">The sizes of the logs that this node writes, by origin.</param>
internal sealed record StoredNetwork(CharterChain Chain, NoticeBoard Notices, IReadOnlyDictionary<string, long> OwnLogs)
{
    /// <summary>Who is who.</summary>
    public MemberDirectory Directory => MemberDirectory.Of(Chain.Current!, Notices);

    /// <summary>Reads the network that a home joined.</summary>
    /// <exception cref="StorageException">The store is away, has no charter, or is damaged.</exception>
    public static StoredNetwork Load(NodeHome home)
    {
        if (home.Options.Genesis is not { } genesis)
        {
            throw new StorageException($"{home.Path} has not joined a network yet: comity join", away: false);
        }

        using var store = home.OpenStore();
        var loaded = Load(store, genesis);
        return loaded.Chain.Current is not null ? loaded : throw new StorageException("There is no charter in the database: comity join", away: false);
    }

    /// <summary>Reads what is in a store; the chain is empty where it holds no charter.</summary>
    /// <exception cref="StorageException">It is away or damaged.</exception>
    public static StoredNetwork Load(NodeStore store, CharterHash genesis)
    {
        var (charters, notices, logs) = store.Read(session => (
            session.Query("SELECT content FROM charter ORDER BY number", row => row.Bytes(0)),
            session.Query("SELECT content FROM notice ORDER BY ordinal", row => row.Bytes(0)),
            session.Query("SELECT origin, size FROM log WHERE kind IN ('ledger', 'own')", row => (Origin: row.GetString(0), Size: row.GetInt64(1)))));
        var chain = CharterChain.Of(genesis, charters) ?? throw new StorageException("A stored charter is damaged or of another network.", away: false);
        return new StoredNetwork(chain, NoticeBoard.Of(notices, chain), logs.ToDictionary(l => l.Origin, l => l.Size, StringComparer.Ordinal));
    }
}
