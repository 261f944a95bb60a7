using System.Collections.Concurrent;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;
using Comity.Core.Storage;

namespace Comity.Core.Requests.Keeping;

/// <summary>The kinds by their digests: those in use, and those of requests made before under an older wording.</summary>
/// <param name="inUse">The kinds in use.</param>
/// <param name="read">Reads a kind's canonical form.</param>
public sealed class KindShelf(IReadOnlyList<RequestKind> inUse, Func<ReadOnlyMemory<byte>, RequestKind?> read)
{
    private readonly ConcurrentDictionary<KindDigest, RequestKind> _known = new(inUse.Select(kind => KeyValuePair.Create(kind.Digest, kind)));

    /// <summary>The kinds in use, by name.</summary>
    public IReadOnlyList<RequestKind> InUse { get; } = [.. inUse.OrderBy(kind => kind.Name)];

    /// <summary>The kind in use under a name; null where there is none.</summary>
    public RequestKind? Find(RegisterName name) => InUse.FirstOrDefault(kind => kind.Name == name);

    /// <summary>A kind by its digest; null where it is neither in use nor kept.</summary>
    public RequestKind? Find(ReadSession session, KindDigest digest)
    {
        if (_known.TryGetValue(digest, out var known))
        {
            return known;
        }

        var kept = session.First("SELECT content FROM request_kind WHERE digest = @digest", row => row.Bytes(0), ("@digest", digest.ToString()));
        return kept is not null && read(kept) is { } kind && kind.Digest == digest ? _known.GetOrAdd(digest, kind) : null;
    }

    /// <summary>Keeps the wording of a kind under which there is a request now.</summary>
    public static void Keep(WriteSession session, RequestKind kind) => session.Execute(
        "INSERT INTO request_kind (digest, content) VALUES (@digest, @content) ON CONFLICT (digest) DO NOTHING", ("@digest", kind.Digest.ToString()), ("@content", kind.Canonical.ToArray()));
}
