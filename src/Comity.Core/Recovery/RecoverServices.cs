using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Contacts;
using Comity.Core.Exchange;
using Comity.Core.Feeds;
using Comity.Core.Jose;

namespace Comity.Core.Recovery;

/// <summary>Tells a member the newest heads of its own logs that are known here. docs/protocol/epochs.md, "Own heads".</summary>
internal sealed class RecoverHeads(NodeContext node) : IExchangeService
{
    /// <summary>The service's name.</summary>
    public const string ServiceName = "recover.heads";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int MaxBody => 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        if (!StrictJson.TryParseObject(message.Content, 4, out _, out var fault))
        {
            return Task.FromResult(ServiceAnswer.No(ProblemKind.BodyMalformed, fault));
        }

        var notes = node.Store.Read(session => WitnessTable.All(session).Where(known => known.Owner == message.From).Select(known => known.Note)
            .Concat(session.Feeds().Where(feed => !feed.Own && feed.Name.Owner == message.From && feed.Checkpoint is not null).Select(feed => feed.Checkpoint!)).ToList());
        return Task.FromResult<ServiceAnswer>(new ServiceAnswer.Content(JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject { ["heads"] = new JsonArray([.. notes.Select(note => (JsonNode)Encoding.UTF8.GetString(note))]) })));
    }

    /// <summary>Reads an answer; null where it cannot be read.</summary>
    public static IReadOnlyList<string>? Read(ReadOnlyMemory<byte> content, out string? fault)
    {
        if (!StrictJson.TryParseObject(content, 4, out var json, out fault))
        {
            return null;
        }

        var fields = new Fields(json);
        var heads = fields.Items("heads", ContactLimits.MaxNotes).Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : fields.Wrong("heads", "has an element that is not text", "")).ToList();
        fault = fields.Fault;
        return fault is null ? heads : null;
    }
}

/// <summary>Gives a member back the entries of its own feeds, as far as they are held here. docs/protocol/epochs.md, "Own entries".</summary>
internal sealed class RecoverEntries(NodeContext node) : IExchangeService
{
    /// <summary>The service's name.</summary>
    public const string ServiceName = "recover.entries";

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int MaxBody => 1024;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel) => FeedRuns.AnswerAsync(node, message, (feed, question) =>
        feed.Owner == message.From && feed.Network == node.Membership.Network   // nobody but its owner: who may read a feed asks the owner for it
            ? node.Store.Read(session => session.Feed(feed) is { Own: false } row ? FeedRuns.Read(session, row, question.From, question.Most, node.Sealer) : null)
            : null);
}
