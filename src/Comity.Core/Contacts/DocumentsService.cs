using System.Buffers.Text;
using System.Text.Json;
using Comity.Core.Exchange;

namespace Comity.Core.Contacts;

/// <summary>Serves charters and notices to whoever is behind: any member may have them from any other.</summary>
internal sealed class DocumentsService(NodeContext node) : IExchangeService
{
    /// <summary>The one service that outlives a charter: through it an expired network finds its next one.</summary>
    public const string ServiceName = "documents";

    private const int MostCharters = 8;

    /// <inheritdoc/>
    public string Name => ServiceName;

    /// <inheritdoc/>
    public int MaxBody => ContactLimits.MaxBytes;

    /// <inheritdoc/>
    public bool MustBeFresh => false;

    /// <inheritdoc/>
    public Task<ServiceAnswer> AnswerAsync(Incoming message, CancellationToken cancel)
    {
        var question = ContactJson.Read(message.Content, ContactJson.Default.DocumentsQuestion, out var fault);
        if (question?.Notices is null)
        {
            return Task.FromResult(ServiceAnswer.No(ProblemKind.BodyMalformed, fault ?? "notices is missing"));
        }

        var held = question.Notices.ToHashSet(StringComparer.Ordinal);
        var answer = new DocumentsAnswer(
            [.. node.Membership.Chain.All.Where(charter => charter.Number > question.After).Take(MostCharters).Select(charter => Base64Url.EncodeToString(charter.Document.ToJson()))],
            [.. node.Membership.Notices.All.Where(notice => !held.Contains(notice.Hash.ToString())).Select(notice => Base64Url.EncodeToString(notice.Document.ToJson()))]);
        return Task.FromResult<ServiceAnswer>(new ServiceAnswer.Content(JsonSerializer.SerializeToUtf8Bytes(answer, ContactJson.Default.DocumentsAnswer)));
    }
}
