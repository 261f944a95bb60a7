using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Members;
using Comity.Core.Requests.Kinds;
using Comity.Core.Requests.Kinds.Reading;
using Comity.Core.Web;

namespace Comity.Commands;

/// <summary><c>comity requests kind FILE</c>: whether a file that declares a kind can be used, and the digest that a charter names. It needs no node.</summary>
internal static class KindCommand
{
    public static Command Create(CommandLine line)
    {
        var file = new Argument<string>("file") { Description = "The file that declares a kind, or the name of one that the program ships." };
        var command = new Command("kind", "Checks a file that declares a kind: every fault with its line and reason, or what it declares. Needs no node.") { file };
        command.SetAction(async (parsed, _) =>
        {
            List<KindFault> faults = [];
            if (Find(parsed.GetRequiredValue(file), faults) is not { } kind)
            {
                foreach (var fault in faults)
                {
                    await CommandLine.Error(parsed).WriteLineAsync(fault.ToString());
                }

                return Reply.No;
            }

            await line.PrintAsync(parsed, Show(kind), _ => Text(kind));
            return Reply.Ok;
        });
        return command;
    }

    private static RequestKind? Find(string text, List<KindFault> faults) =>
        !File.Exists(text) && RegisterName.TryParse(text, null, out var name) && KindLibrary.Program.Find(name) is { } shipped ? shipped : KindLibrary.ReadFile(text, text, faults);

    private static JsonObject Show(RequestKind kind) => new()
    {
        ["kind"] = kind.Name.ToString(),
        ["version"] = kind.Version,
        ["digest"] = kind.Digest.ToString(),
        ["title"] = new JsonObject { ["en"] = kind.Title.En, ["fr"] = kind.Title.Fr },
        ["purposes"] = new JsonArray([.. kind.Purposes.Select(purpose => JsonValue.Create(purpose.ToString()))]),
        ["sources"] = new JsonArray([.. kind.Sources.Select(source => JsonValue.Create(source.Title.En))]),
        ["acts"] = new JsonArray([.. kind.Acts.Select(act => (JsonNode)new JsonObject
        {
            ["act"] = act.Name, ["step"] = KindSpelling.Of(act.Step), ["by"] = KindSpelling.Of(act.By), ["twoPersons"] = act.NeedsTwoPersons, ["fields"] = act.Fields.Count,
        })]),
        ["clocks"] = new JsonArray([.. kind.Clocks.Select(clock => (JsonNode)new JsonObject
        {
            ["clock"] = clock.Name, ["owed"] = KindSpelling.Of(clock.Owed), ["terms"] = new JsonArray([.. clock.Terms.Select(term => JsonValue.Create(Spell(term)))]),
            ["source"] = clock.Source is { } source ? kind.Source(source)!.Title.En : null,
        })]),
        ["grounds"] = new JsonArray([.. kind.Grounds.Select(ground => JsonValue.Create(ground.Name))]),
        ["conditions"] = new JsonArray([.. kind.Conditions.Select(condition => JsonValue.Create(condition.Name))]),
        ["retentionDays"] = (int)kind.Retention.TotalDays,
    };

    private static IEnumerable<string> Text(RequestKind kind) =>
        [
            $"{kind.Name} {kind.Version}  {kind.Digest}",
            $"  {kind.Title.En} / {kind.Title.Fr}",
            .. kind.Acts.Select(act => $"  act {act.Name}: {KindSpelling.Of(act.Step)} by {KindSpelling.Of(act.By)}, {act.Fields.Count} fields{(act.NeedsTwoPersons ? ", two persons" : "")}"),
            .. kind.Clocks.Select(clock => $"  clock {clock.Name}: {string.Join(", ", clock.Terms.Select(Spell).DefaultIfEmpty("no term"))} ({(clock.Source is { } source ? kind.Source(source)!.Title.En : "set by the network")})"),
            $"  grounds {string.Join(", ", kind.Grounds.Select(ground => ground.Name))}",
            $"  conditions {string.Join(", ", kind.Conditions.Select(condition => condition.Name))}",
        ];

    private static string Spell(ClockTerm term) =>
        (term.Urgency is { } urgency ? $"{KindSpelling.Of(urgency)}: " : "")
        + string.Join(", ", new[] { term.AtLeast is { } least ? $"at least {least}" : null, term.AtMost is { } most ? $"at most {most}" : null }.OfType<string>());
}
