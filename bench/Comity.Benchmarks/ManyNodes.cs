using Comity.Core;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Storage;
using Comity.TravelDocuments;

namespace Comity.Benchmarks;

/// <summary>A network of so many fictional States in one process, their stores in memory; the first publishes.</summary>
internal sealed class ManyNodes : IDisposable
{
    private static int s_networks;
    private readonly List<NodeStore> _stores = [];
    private readonly Dictionary<MemberCode, Node> _nodes = [];

    public ManyNodes(int members)
    {
        // User-assigned codes: XAA, XAB, …
        MemberCode[] codes = [.. Enumerable.Range(0, members).Select(i => MemberCode.Parse($"X{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}"))];
        var rings = codes.Select(_ => TwoNodes.Ring()).ToArray();
        var charter = TwoNodes.Sign(codes, rings);
        var network = Interlocked.Increment(ref s_networks);
        foreach (var (code, keys) in codes.Zip(rings))
        {
            var store = TwoNodes.Prepare(SqliteDatabase.InMemory($"many-{network}-{code}"), charter);
            _stores.Add(store);
            _nodes[code] = Node.Open(new NodeParts
            {
                Store = store,
                Identity = new NodeIdentity(code, charter.Hash, keys.Online, NodeIdentity.SpokenVersions),
                StorageKey = new byte[32],
                Registers = [new DocumentRegister()],
                Line = _ => new ShortLine(_nodes, code),
            });
        }

        Owner = _nodes[codes[0]];
        Partners = [.. codes[1..].Select(code => _nodes[code])];
    }

    public Node Owner { get; }

    public IReadOnlyList<Node> Partners { get; }

    public void Dispose() => _stores.ForEach(store => store.Dispose());

    private sealed class ShortLine(Dictionary<MemberCode, Node> nodes, MemberCode from) : ILine
    {
        public Task<LineAnswer> SendAsync(MemberCode to, Transmission transmission, TimeSpan timeout, CancellationToken cancel) => nodes[to].Reception.ReceiveAsync(from, transmission, cancel);
    }
}
