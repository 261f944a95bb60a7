using System.CommandLine;
using Comity.Core.Web;

namespace Comity.TravelDocuments.Commands;

/// <summary><c>comity documents export FILE</c>: this State's own records, also in the field list of INTERPOL's database.</summary>
internal static class ExportCommand
{
    public static Command Create(CommandLine line)
    {
        var file = new Argument<FileInfo>("file") { Description = "Where to; it must not exist yet." };
        var form = new Option<string?>("--form") { Description = "csv, jsonl or interpol. Default: by the file's name." };
        var realm = PublishCommands.Realm();
        var command = new Command("export", "Write this State's own records to a file.") { file, form, realm };
        command.SetAction((parsed, cancel) => line.WithNodeAsync(parsed, async client =>
        {
            var output = parsed.GetRequiredValue(file);
            var chosen = parsed.GetValue(form) ?? output.Extension.TrimStart('.').ToLowerInvariant();
            if (chosen is not ("csv" or "jsonl" or "interpol"))
            {
                await CommandLine.Error(parsed).WriteLineAsync("--form must be csv, jsonl or interpol");
                return 2;
            }

            await using var stream = new FileStream(output.FullName, FileMode.CreateNew);
            await client.CopyToAsync($"travel-documents/records?form={chosen}&realm={parsed.GetValue(realm)}", stream, cancel);
            await line.PrintAsync(parsed, new System.Text.Json.Nodes.JsonObject { ["file"] = output.FullName, ["bytes"] = stream.Length }, json => [$"{json["file"]}: {json["bytes"]} bytes"]);
            return 0;
        }));
        return command;
    }
}
