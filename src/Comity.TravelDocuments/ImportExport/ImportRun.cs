using System.Text.Json;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Registers;
using Comity.Core.Storage;
using Comity.Core.Web;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.ImportExport;

/// <summary>One import on its way: reads, publishes in batches, and says after each how far it is.</summary>
internal sealed class ImportRun(Node node, Actor actor, PublishDocuments.Request terms, DocumentForm form, string? enteredBy, ImportProgress begun)
{
    private readonly List<(long Line, DocumentRecord Record)> _batch = [];
    private readonly List<LineFault> _faults = [];

    public ImportProgress Progress { get; private set; } = begun;

    /// <summary>Runs to the end of the file, or until nothing more can be published. Never throws: nobody waits for it.</summary>
    public async Task RunAsync(Stream file, int atOnce)
    {
        await using var closing = file;
        try
        {
            var defaults = string.IsNullOrWhiteSpace(enteredBy) ? null : new DocumentDraft { EnteredBy = enteredBy };
            await foreach (var row in DocumentImport.ReadAsync(file, form, defaults))
            {
                Progress = Progress with { Lines = Progress.Lines + 1, Read = row.Position };
                if (row.Record is { } record)
                {
                    _batch.Add((row.Line, record));
                }
                else
                {
                    Refuse(row.Line, row.Faults);
                }

                if (_batch.Count == atOnce && !await SendAsync())
                {
                    return;
                }
            }

            if (await SendAsync())
            {
                await TellAsync(Progress with { Read = Progress.Bytes, Ended = node.Context.Now });
            }
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException or IOException)
        {
            await EndAsync(new("The database or the disk was away. What was taken in stays; send the file again.", "La base de données ou le disque n’était pas disponible. Ce qui a été repris reste ; renvoyez le fichier."));
        }
    }

    private async Task<bool> SendAsync()
    {
        if (_batch.Count == 0)
        {
            return true;
        }

        var answer = await PublishDocuments.PublishAsync(terms with { Records = _batch.ConvertAll(row => row.Record.ToDraft()) }, actor, node, once: null);
        if (answer is not Answer<PublishDocuments.Response>.Given { Value.Results: var results })
        {
            await EndAsync(new("The node does not take these records now. What was taken in stays.", "Le nœud n’accepte pas ces signalements maintenant. Ce qui a été repris reste."));
            return false;
        }

        var (published, amended, unchanged) = (0, 0, 0);
        for (var i = 0; i < results.Count; i++)
        {
            _ = results[i].Outcome switch
            {
                "published" => published++,
                "amended" => amended++,
                "unchanged" => unchanged++,
                var outcome => Refuse(_batch[i].Line, results[i].Errors ?? [new FieldFault("", ChangeWords.Of(outcome))]),
            };
        }

        _batch.Clear();
        await TellAsync(Progress with { Published = Progress.Published + published, Amended = Progress.Amended + amended, Unchanged = Progress.Unchanged + unchanged });
        return true;
    }

    private int Refuse(long line, IReadOnlyList<FieldFault> faults)
    {
        if (_faults.Count < ImportProgress.MostFaults)
        {
            _faults.AddRange(faults.Select(fault => new LineFault(line, fault.Field, fault.Why)));
        }

        Progress = Progress with { Refused = Progress.Refused + 1 };
        return 0;
    }

    private async Task EndAsync(Words failure)
    {
        try
        {
            await TellAsync(Progress with { Ended = node.Context.Now, Failure = failure });
        }
        catch (Exception e) when (e is StorageException or ObjectDisposedException)
        {
            // nobody can be told; whoever looks sees that it says nothing any more
        }
    }

    private Task TellAsync(ImportProgress progress)
    {
        Progress = progress with { Faults = [.. _faults] };
        return node.Context.Store.WriteAsync(session => session.Execute(
            "UPDATE import_run SET told = @now, progress = @progress WHERE id = @id",
            ("@now", node.Context.Now.ToUnixTimeMilliseconds()), ("@progress", JsonSerializer.Serialize(Progress)), ("@id", Progress.Id)));
    }
}
