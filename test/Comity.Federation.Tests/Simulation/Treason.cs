using System.Text;
using System.Text.Json.Nodes;
using Comity.Core;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Tests.Network;
using Comity.TransparencyLog;

namespace Comity.Federation.Tests.Simulation;

/// <summary>What a member with good keys does to its own feed.</summary>
internal enum Treachery
{
    /// <summary>Shows one partner another log than the others.</summary>
    Fork,

    /// <summary>Changes an entry long since shown.</summary>
    Rewrite,

    /// <summary>Keeps a body back.</summary>
    WithoutBody,

    /// <summary>Sends another body than the leaf names.</summary>
    OtherBody,

    /// <summary>Publishes about another State's document.</summary>
    ForeignIssuer,

    /// <summary>Withdraws what is not in force.</summary>
    Nonsense,

    /// <summary>Offers an older head than before.</summary>
    Rollback,

    /// <summary>No longer offers the feed to one partner.</summary>
    Hide,

    /// <summary>Offers one partner nothing new.</summary>
    Freeze,
}

/// <summary>Bends what one member's node answers, and signs it with that member's keys.</summary>
internal sealed class Treason(TestNodes nodes, Treachery kind, MemberCode traitor, MemberCode victim)
{
    private readonly List<PulledEntry> _shadow = [];
    private readonly FeedName _feed = new(nodes.Genesis.Hash.ToString()[..16], traitor, Parties.Replicated, Realm.Live, Audience.All, 1);
    private byte[]? _checkpoint;   // what is offered instead of the true one
    private bool _begun;

    public MemberCode Traitor => traitor;

    public bool Begun => _begun;

    private Place Place => nodes[traitor];

    /// <summary>Begins as soon as there is something to betray.</summary>
    public void Begin()
    {
        if (_begun || Mirror(victim) is not { Size: > 5, Checkpoint: not null } mirror || Own() is not { } own || own.Size < mirror.Size || Ended() is not { } ended)
        {
            return;
        }

        _begun = true;
        switch (kind)
        {
            case Treachery.Fork:
                Shadow(mirror.Size, changeFirst: false, FeedLeaf.Publish("another body"u8));
                break;
            case Treachery.Rewrite:
                Shadow(own.Size, changeFirst: true, FeedLeaf.Publish("another body"u8));
                break;
            case Treachery.Nonsense:
                Shadow(own.Size, changeFirst: false, FeedLeaf.Withdraw(ended));
                break;
            case Treachery.Rollback or Treachery.Freeze:
                _checkpoint = mirror.Checkpoint;
                break;
            case Treachery.ForeignIssuer:
                // The program of an honest member would not have it: its own register judges before it publishes.
                Place.PublishAsync(Audience.All, nodes.Time.Now.AddDays(20), WhenThere.Amend, new TestRecord(IssuingCode.Parse("UTO"), "stolen", "all", "x")).GetAwaiter().GetResult();
                break;
            default:
                break;
        }
    }

    public LineAnswer Answer(MemberCode asker, Transmission transmission, LineAnswer answer)
    {
        if (!_begun || answer.Status != 200)
        {
            return answer;
        }

        var content = answer.Body.AsMemory(SaltedBody.SaltLength);
        var bent = transmission.Service switch
        {
            "contact" => Contact(asker, content),
            "feed.pull" when Encoding.UTF8.GetString(transmission.Body.AsSpan(32)).Contains(_feed.Origin, StringComparison.Ordinal) => Pull(asker, content),
            _ => null,
        };
        return bent is null ? answer : Sign(answer, SaltedBody.Make(bent, nodes.Randomness));
    }

    /// <summary>Somebody faithful has found it, names it, and still answers from what came before.</summary>
    public void WasFound()
    {
        Assert.True(_begun, "nothing was there to betray");
        var finders = nodes.Places.Where(place => place.Member != traitor && (kind is Treachery.Rollback or Treachery.Hide or Treachery.Freeze ? Complains(place) : Quarantined(place))).ToList();
        Assert.True(finders.Count > 0, $"nobody has found it; {victim} says: {nodes[victim].Node.Standings.Peers[traitor].Failure}");
        Assert.All(finders, finder => Assert.True(finder.Node.Standings.For(Parties.Replicated, Realm.Live).Single(standing => standing.Member == traitor) is { Incomplete: true } or { Detail: not null }));
        if (kind is Treachery.Fork or Treachery.Rewrite)
        {
            Assert.Contains(finders, finder => finder.Store.Read(session => session.Forks()).Exists(fork => fork.Origin == _feed.Origin && Proves(finder, fork)));
        }
    }

    private bool Quarantined(Place place) => Mirror(place.Member)?.Fault is { } fault && (kind, fault.Code) switch
    {
        (Treachery.Fork, FeedFaultCode.Fork or FeedFaultCode.Rewritten or FeedFaultCode.BodyMissing) => true,
        (Treachery.Rewrite, FeedFaultCode.Rewritten or FeedFaultCode.Fork) => true,
        (Treachery.WithoutBody, FeedFaultCode.BodyMissing) => true,
        (Treachery.OtherBody, FeedFaultCode.BodyAltered) => true,
        (Treachery.ForeignIssuer, FeedFaultCode.ForeignIssuer) => true,
        (Treachery.Nonsense, FeedFaultCode.LeafInvalid) => true,
        _ => false,
    };

    private bool Complains(Place place) => place.Node.Standings.Peers[traitor] is { Failure: { } failure, FailingSince: not null } && failure.Contains(_feed.Origin, StringComparison.Ordinal);

    /// <summary>Both are signed by the owner, and they cannot both be true: the smaller is not the beginning of the tree under the larger.</summary>
    private bool Proves(Place finder, Fork fork)
    {
        var heads = new[] { fork.Ours, fork.Theirs }
            .Select(note => CheckpointReader.Read(finder.Node.Context.Membership, traitor, _feed.Origin, note)).OfType<CheckpointReading.Valid>().Select(valid => valid.Head).OrderBy(head => head.Size).ToList();
        var mirror = Mirror(finder.Member)!;
        return heads.Count == 2 && heads[0] != heads[1]
            && (heads[0].Size == heads[1].Size || heads[0].Size > mirror.Size || finder.Store.Read(session => new StoredTree(session, mirror.Log).RootAt(heads[0].Size)) is var root && (root != heads[0].Root || fork.Source == traitor));
    }

    private byte[]? Contact(MemberCode asker, ReadOnlyMemory<byte> content)
    {
        if (kind is Treachery.WithoutBody or Treachery.OtherBody or Treachery.ForeignIssuer
            || (kind is Treachery.Fork or Treachery.Hide or Treachery.Freeze && asker != victim)
            || (kind is Treachery.Rollback && Mirror(asker)?.Size <= Size(_checkpoint!)))
        {
            return null;
        }

        var json = JsonNode.Parse(content.Span)!;
        var feeds = json["feeds"]!.AsArray().Select(feed => feed!.GetValue<string>()).Where(feed => !feed.StartsWith(_feed.Origin + "\n", StringComparison.Ordinal));
        if (_checkpoint is not null)
        {
            feeds = feeds.Append(Encoding.UTF8.GetString(_checkpoint));
        }

        json["feeds"] = new JsonArray([.. feeds.Select(feed => JsonValue.Create(feed))]);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private byte[]? Pull(MemberCode asker, ReadOnlyMemory<byte> content)
    {
        Assert.True(PullAnswer.TryRead(content.Span, out var run, out var fault), fault);
        switch (kind)
        {
            case Treachery.WithoutBody or Treachery.OtherBody:
                var entries = run.Entries.ToList();
                var last = entries.FindLastIndex(entry => entry.Body is not null);
                if (last < 0)
                {
                    return null;
                }

                var body = kind == Treachery.WithoutBody ? null : entries[last].Body!.ToArray();
                body?[0] ^= 1;   // of the salt, so that it can still be read
                entries[last] = entries[last] with { Body = body };
                return (run with { Entries = entries }).ToBytes();
            case Treachery.Rewrite or Treachery.Nonsense:
            case Treachery.Fork when asker == victim:
                return run.From > _shadow.Count ? null : new PullAnswer(_checkpoint!, [], run.From, _shadow[(int)run.From..]).ToBytes();
            default:
                return null;
        }
    }

    /// <summary>The true log up to a size, one entry more, and a head that the member signed for it.</summary>
    private void Shadow(long size, bool changeFirst, FeedLeaf more)
    {
        var run = Place.Store.Read(session => Place.Node.Pulls.Read(session, _feed, 0, (int)size))!;
        _shadow.AddRange(run.Entries);
        if (changeFirst)
        {
            _shadow[0] = new PulledEntry(FeedLeaf.Publish("never shown"u8).ToBytes(), null);
        }

        _shadow.Add(new PulledEntry(more.ToBytes(), null));
        var frontier = new TreeFrontier();
        _shadow.ForEach(entry => frontier.Append(Rfc6962.LeafHash(entry.Leaf)));
        _checkpoint = new CheckpointSigner(nodes.Parties.Online(traitor).Current(KeyUse.Log).Log).Sign(_feed.Origin, frontier.Size, frontier.Root);
    }

    /// <summary>An entry that is no longer in force.</summary>
    private long? Ended() => Place.Store.Read(session => session.Query("SELECT idx, leaf FROM entry WHERE log = @log ORDER BY idx", row => (Index: row.GetInt64(0), Leaf: row.Bytes(1)), ("@log", Own()!.Log)))
        .Select(entry => FeedLeaf.TryRead(entry.Leaf, entry.Index, out var leaf, out _) ? leaf.Supersedes : null).FirstOrDefault(superseded => superseded is not null);

    private LineAnswer Sign(LineAnswer answer, byte[] body)
    {
        Assert.True(StrictBase64Url.TryDecode(answer.Receipt!.Split('.')[1], out var payload));
        var receipt = Receipt.Read(payload, out _)! with { Answer = SaltedBody.Digest(body) };
        return answer with { Body = body, Receipt = receipt.Sign(nodes.Parties.Online(traitor).Current(KeyUse.Signing).Signer) };
    }

    private FeedRow? Own() => Place.Store.Read(session => session.Feed(_feed));

    private FeedRow? Mirror(MemberCode member) => nodes[member].Store.Read(session => session.Feed(_feed));

    private static long Size(byte[] note) => SignedNote.TryParse(note, out var signed, out _) && Checkpoint.TryParse(signed.Text, out var checkpoint, out _) ? checkpoint.Head.Size : 0;
}
