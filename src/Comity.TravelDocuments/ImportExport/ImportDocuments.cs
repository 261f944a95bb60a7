using System.Buffers.Text;
using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Exchange;
using Comity.Core.Members;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Web;
using Comity.TravelDocuments.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>One slice: a file of records is taken in; whoever sent it may look how far it is. Sent again it changes nothing that is there.</summary>
public static class ImportDocuments
{
    /// <summary>The largest file, in bytes.</summary>
    public const long Most = 1L << 30;

    private const int AtOnce = 1000;

    /// <summary>Progress of older imports is forgotten.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>How the file is to be read and for whom it is.</summary>
    /// <param name="Form">csv, jsonl or interpol.</param>
    /// <param name="EnteredBy">Who entered the records, where a line does not say; may be absent.</param>
    /// <param name="Audience">all (default), or members' codes joined by commas.</param>
    /// <param name="Realm">live (default) or exercise.</param>
    /// <param name="Amend">Whether a line that differs from a record in force amends it.</param>
    public sealed record Request(string? Form, string? EnteredBy, string? Audience, string? Realm, bool Amend);

    /// <summary>The import that began.</summary>
    /// <param name="Id">To look how far it is.</param>
    public sealed record Started(string Id);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/imports", HandleAsync).WithName(nameof(ImportDocuments)).WithSummary("Send a file of records; it is taken in while you look how far it is.").Produces<Started>();
        routes.MapGet("/imports", (HttpContext http, Node node) => Recent(http.Actor(), node).ToResult()).WithName("ListImports").WithSummary("The latest imports.").Produces<IReadOnlyList<ImportProgress>>();
        routes.MapGet("/imports/{id}", (string id, HttpContext http, Node node) => Look(id, http.Actor(), node).ToResult()).WithName("GetImport").WithSummary("How far an import is.").Produces<ImportProgress>();
    }

    private static async Task<IResult> HandleAsync(HttpContext http, Node node, string? form, string? enteredBy, string? audience, string? realm, bool? amend, CancellationToken cancel)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = Most;
        }

        return (await BeginAsync(new Request(form, enteredBy, audience, realm, amend ?? true), http.Request.Body, http.Actor(), node, cancel)).ToResult();
    }

    /// <summary>Takes the file and begins; what is in it is published for the caller while and after the task completes.</summary>
    /// <param name="request">How to read it.</param>
    /// <param name="file">The file; read to its end before the task completes.</param>
    /// <param name="actor">Who sends it.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancel">Stops while the file is still coming.</param>
    internal static async Task<Answer<Started>> BeginAsync(Request request, Stream file, Actor actor, Node node, CancellationToken cancel)
    {
        DocumentForm? form = request.Form switch { "csv" => DocumentForm.Csv, "jsonl" => DocumentForm.JsonLines, "interpol" => DocumentForm.InterpolCsv, _ => null };
        var terms = new PublishDocuments.Request(null, request.Audience, request.Realm, request.Amend, null, null, null, null);
        switch (PublishDocuments.Objection(terms, actor, node))
        {
            case Answer<PublishDocuments.Response>.Refused refused:
                return refused.Problem;
            case Answer<PublishDocuments.Response>.Faulty faulty:
                return faulty.Faults[0];
        }

        if (form is null)
        {
            return new FieldFault("form", "must be csv, jsonl or interpol", "est à choisir");
        }

        var id = Base64Url.EncodeToString(node.Context.Randomness.Bytes(9));
        var spool = Spool(id);
        await file.CopyToAsync(spool, cancel);
        if (spool.Length == 0)
        {
            await spool.DisposeAsync();
            return new FieldFault("file", "is missing or empty", "manque ou est vide");
        }

        spool.Position = 0;
        var run = new ImportRun(node, actor, terms, form.Value, request.EnteredBy, new ImportProgress { Id = id, Started = node.Context.Now, Bytes = spool.Length });
        await node.Context.Store.WriteAsync(session =>
        {
            session.Execute("DELETE FROM import_run WHERE told < @old", ("@old", (node.Context.Now - Kept).ToUnixTimeMilliseconds()));
            session.Execute(
                "INSERT INTO import_run (id, started, told, progress) VALUES (@id, @now, @now, @progress)",
                ("@id", id), ("@now", node.Context.Now.ToUnixTimeMilliseconds()), ("@progress", JsonSerializer.Serialize(run.Progress)));
        });
        _ = Task.Run(() => run.RunAsync(spool, AtOnce), CancellationToken.None);
        return new Started(id);
    }

    /// <summary>How far an import is.</summary>
    internal static Answer<ImportProgress> Look(string id, Actor actor, Node node) =>
        Refused(actor, node) is { } refused ? refused
        : node.Context.Store.Read(session => session.First("SELECT progress, told FROM import_run WHERE id = @id", row => Row(row, node.Context.Now), ("@id", id))) is { } progress ? progress
        : ProblemKind.NotFound;

    /// <summary>The latest imports, newest first; at most ten.</summary>
    internal static Answer<List<ImportProgress>> Recent(Actor actor, Node node) =>
        Refused(actor, node) is { } refused ? refused
        : node.Context.Store.Read(session => session.Query("SELECT progress, told FROM import_run ORDER BY started DESC LIMIT 10", row => Row(row, node.Context.Now)));

    private static ImportProgress Row(System.Data.Common.DbDataReader row, DateTimeOffset now) =>
        JsonSerializer.Deserialize<ImportProgress>(row.GetString(0))! with { Told = row.Instant(1) } is var progress ? progress with { Running = progress.Runs(now) } : null!;

    private static Problem? Refused(Actor actor, Node node) =>
        Gate.MayAny(node.Context.Membership, actor, [new Act.Change(DocumentRegister.RegisterName, Realm.Live), new Act.Change(DocumentRegister.RegisterName, Realm.Exercise)]) ? null : Problem.Of(ProblemKind.Forbidden);

    /// <summary>A file without a name: it is gone with the process, whatever happens.</summary>
    private static FileStream Spool(string id)
    {
        var path = Path.Combine(Path.GetTempPath(), "comity-import-" + id);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous | FileOptions.SequentialScan };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var spool = new FileStream(path, options);
        File.Delete(path);
        return spool;
    }
}
