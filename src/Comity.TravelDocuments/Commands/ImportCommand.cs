using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comity.Core.Web;
using Comity.TravelDocuments.ImportExport;
using Comity.TravelDocuments.Records;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents import FILE</c>: streams, shows progress, puts bad lines aside by number and reason, and may be run again.</summary>
internal static class ImportCommand
{
    private const int AtOnce = 2000;

    public static Command Create(CommandLine line)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV or JSON Lines, UTF-8." };
        var form = new Option<string?>("--form") { Description = "csv, jsonl or interpol. Default: by the file's name." };
        var rejects = new Option<FileInfo?>("--rejects") { Description = "Where refused lines go, with their reasons. Default: FILE.rejects." };
        var enteredBy = new Option<string?>("--entered-by") { Description = "Who entered the records, where a line does not say." };
        var (audience, realm) = (PublishCommands.Audience(), PublishCommands.Realm());
        var keep = new Option<bool>("--no-amend") { Description = "Refuse lines that differ from a record in force instead of amending it." };
        var command = new Command("import", "Import records. Run again it changes nothing that is there already.") { file, form, rejects, enteredBy, audience, realm, keep };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var input = parsed.GetRequiredValue(file);
            if (!input.Exists)
            {
                await CommandLine.Error(parsed).WriteLineAsync($"{input}: there is no such file");
                return 1;
            }

            if (FormOf(parsed.GetValue(form), input) is not { } chosen)
            {
                await CommandLine.Error(parsed).WriteLineAsync("--form must be csv, jsonl or interpol");
                return 2;
            }

            var question = new JsonObject { ["audience"] = parsed.GetValue(audience), ["realm"] = parsed.GetValue(realm), ["amend"] = !parsed.GetValue(keep) };
            var reject = parsed.GetValue(rejects)?.FullName ?? input.FullName + ".rejects";
            var run = new ImportRun(client, question, reject, input.Length, CommandLine.Error(parsed), quiet: Console.IsErrorRedirected);
            var answer = await run.RunAsync(input, chosen, parsed.GetValue(enteredBy), cancel);
            await line.PrintAsync(parsed, answer, json => json.AsObject().Select(count => $"{count.Key}: {count.Value}"));
            return run.Refused == 0 ? 0 : 1;
        }));
        return command;
    }

    internal static DocumentForm? FormOf(string? form, FileInfo file) => (form ?? file.Extension.TrimStart('.').ToLowerInvariant()) switch
    {
        "csv" => DocumentForm.Csv,
        "jsonl" or "ndjson" => DocumentForm.JsonLines,
        "interpol" => DocumentForm.InterpolCsv,
        _ => null,
    };

    /// <summary>One run over one file.</summary>
    private sealed class ImportRun(NodeClient client, JsonObject question, string rejectPath, long bytes, TextWriter progress, bool quiet)
    {
        private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
        private readonly List<(long Line, DocumentRecord Record)> _batch = [];
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private StreamWriter? _rejects;
        private long _lines;

        public long Refused { get; private set; }

        public async Task<JsonObject> RunAsync(FileInfo file, DocumentForm form, string? enteredBy, CancellationToken cancel)
        {
            await using var stream = file.OpenRead();
            var defaults = enteredBy is null ? null : new DocumentDraft { EnteredBy = enteredBy };
            try
            {
                await foreach (var row in DocumentImport.ReadAsync(stream, form, defaults, cancel))
                {
                    _lines++;
                    if (row.Record is null)
                    {
                        await RejectAsync(row.Line, string.Join("; ", row.Faults));
                    }
                    else
                    {
                        _batch.Add((row.Line, row.Record));
                    }

                    if (_batch.Count == AtOnce)
                    {
                        await SendAsync(cancel);
                        Show(row.Position);
                    }
                }

                await SendAsync(cancel);
                Show(bytes);
            }
            finally
            {
                if (_rejects is not null)
                {
                    await _rejects.DisposeAsync();
                }

                if (!quiet)
                {
                    await progress.WriteLineAsync();
                }
            }

            var answer = new JsonObject { ["lines"] = _lines };
            foreach (var (outcome, count) in _counts)
            {
                answer[outcome] = count;
            }

            if (Refused > 0)
            {
                answer["rejects"] = rejectPath;
            }

            return answer;
        }

        private async Task SendAsync(CancellationToken cancel)
        {
            if (_batch.Count == 0)
            {
                return;
            }

            var body = question.DeepClone().AsObject();
            body["records"] = new JsonArray([.. _batch.Select(row => JsonNode.Parse(DocumentJson.Write(row.Record)))]);
            var answer = await client.PostAsync("travel-documents/records", body, cancel);
            var results = answer["results"]!.AsArray();
            for (var i = 0; i < _batch.Count; i++)
            {
                var outcome = results[i]!["outcome"]!.GetValue<string>();
                if (outcome is "published" or "amended" or "unchanged")
                {
                    _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;
                }
                else
                {
                    await RejectAsync(_batch[i].Line, outcome + string.Concat((results[i]!["errors"] as JsonArray ?? []).Select(fault => $"; {fault!["field"]}: {fault["reason"]}")));
                }
            }

            _batch.Clear();
        }

        private async Task RejectAsync(long line, string reason)
        {
            Refused++;
            _counts["refused"] = _counts.GetValueOrDefault("refused") + 1;
            _rejects ??= new StreamWriter(rejectPath);
            await _rejects.WriteLineAsync(JsonSerializer.Serialize(new JsonObject { ["line"] = line, ["reason"] = reason }));
        }

        private void Show(long position)
        {
            if (quiet || bytes == 0)
            {
                return;
            }

            var share = Math.Min(1, (double)position / bytes);
            var filled = (int)(share * 30);
            progress.Write($"\r[{new string('#', filled)}{new string('.', 30 - filled)}] {share,4:P0}  {_lines:N0} lines, {_lines / Math.Max(0.001, _watch.Elapsed.TotalSeconds):N0}/s ");
        }
    }
}
