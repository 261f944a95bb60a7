using System.Collections.Concurrent;
using Comity.Core.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Comity.Core.Exchange;

/// <summary>The end of the line where partners arrive: one request, one envelope. A partner that is slow or greedy costs only its own share.</summary>
public sealed class ExchangeEndpoint(Node node)
{
    private const int MostAtOnce = 16;
    private static readonly TimeSpan BodyTime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<MemberCode, SemaphoreSlim> _turns = new();

    /// <summary>Serves one request.</summary>
    public async Task ServeAsync(HttpContext http)
    {
        var certificate = await http.Connection.GetClientCertificateAsync(http.RequestAborted);
        var peer = certificate is null ? null : HttpLine.MemberOf(node.Context.Membership, certificate);
        if (peer is null)
        {
            node.Refusals.Count(ProblemKind.KeyUnknown.Code);
            await RefuseAsync(http, ProblemKind.KeyUnknown);
            return;
        }

        var turn = _turns.GetOrAdd(peer.Value, _ => new SemaphoreSlim(MostAtOnce));
        if (!await turn.WaitAsync(BodyTime, http.RequestAborted))
        {
            await RefuseAsync(http, ProblemKind.Unavailable);
            return;
        }

        try
        {
            await AnswerAsync(http, peer.Value);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task AnswerAsync(HttpContext http, MemberCode peer)
    {
        var path = http.Request.Path.Value ?? "";
        var service = path.StartsWith(HttpLine.PathPrefix, StringComparison.Ordinal) ? path[HttpLine.PathPrefix.Length..] : "";
        if (!HttpMethods.IsPost(http.Request.Method) || node.Reception.MaxBody(service) is not { } most)
        {
            await RefuseAsync(http, ProblemKind.ServiceUnknown);
            return;
        }

        var (body, problem) = await ReadAsync(http, most);
        if (body is null)
        {
            node.Refusals.Count(problem!.Code);
            await RefuseAsync(http, problem);
            return;
        }

        var answer = await node.Reception.ReceiveAsync(peer, new Transmission(service, http.Request.Headers[HttpLine.EnvelopeHeader].ToString(), body), http.RequestAborted);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.Status == 200 ? "application/octet-stream" : Problem.MediaType;
        http.Response.ContentLength = answer.Body.Length;
        if (answer.Receipt is { } receipt)
        {
            http.Response.Headers[HttpLine.ReceiptHeader] = receipt;
        }

        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    private static async Task<(byte[]? Body, ProblemKind? Problem)> ReadAsync(HttpContext http, int most)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        if (http.Request.ContentLength > most)
        {
            return (null, ProblemKind.TooLarge);
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        time.CancelAfter(BodyTime);
        try
        {
            using var buffer = new MemoryStream((int)(http.Request.ContentLength ?? 4096));
            await http.Request.Body.CopyToAsync(buffer, time.Token);
            return (buffer.ToArray(), null);
        }
        catch (BadHttpRequestException e)
        {
            return (null, e.StatusCode == StatusCodes.Status408RequestTimeout ? ProblemKind.TooSlow : ProblemKind.TooLarge);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            return (null, ProblemKind.TooSlow);
        }
    }

    private static async Task RefuseAsync(HttpContext http, ProblemKind kind)
    {
        var problem = Problem.Of(kind);
        http.Response.StatusCode = problem.Status;
        http.Response.ContentType = Problem.MediaType;
        await http.Response.Body.WriteAsync(problem.ToJson(), http.RequestAborted);
    }
}
