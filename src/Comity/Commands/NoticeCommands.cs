using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Core.Members;

namespace Comity.Commands;

/// <summary><c>comity notice</c>: what takes effect between two charters.</summary>
public static class NoticeCommands
{
    /// <summary>The command with its verbs.</summary>
    public static Command Create() => new("notice", "Rotations, revocations and suspensions between two charters.") { Show() };

    private static Command Show()
    {
        var file = new Argument<string>("file") { Description = "The notice." };
        var command = new Command("show", "Shows a notice. Whether it is signed as it must be is for the node to say, which has the charters.") { file };
        Reply.Answers(command, (parsed, reply) =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!CommandFile.TryRead(path, 8 * Notice.MaxBytes, out byte[]? content, out string? fault))
            {
                return reply.Refused(fault);
            }

            if (!Notice.TryRead(content, out var notice, out var faults))
            {
                return reply.Refused(faults.Select(f => $"{path}: {f}"));
            }

            reply.Fact("kind", KindOf(notice)).Fact("network", notice.Network).Fact("genesis", notice.Genesis.ToString()).Fact("charter", notice.Charter)
                .Fact("member", notice.Member.ToString()).Fact("sequence", notice.Sequence).Fact("issued", $"{notice.Issued:u}");
            Details(reply, notice);
            var signers = notice.Document.Signers.Select(s => s.ToString()).ToArray();
            return reply.Fact("hash", notice.Hash.ToString())
                .Fact("signers", new JsonArray([.. signers.Select(s => JsonValue.Create(s))]), $"signed, not verified, by {(signers.Length == 0 ? "nobody" : string.Join(", ", signers))}").Done();
        });
        return command;
    }

    private static void Details(Reply reply, Notice notice)
    {
        switch (notice)
        {
            case Notice.Revocation revocation:
                reply.Fact("key", revocation.Key.ToString()).Fact("reason", KeysCommands.Spell(revocation.Reason))
                    .Fact("trustedSizes", Json(revocation.TrustedSizes), $"trusted: {KeysCommands.Sizes(revocation.TrustedSizes)}");
                break;
            case Notice.Epoch epoch:
                reply.Fact("reason", epoch.Reason).Fact("ends", new JsonArray([.. epoch.Ends.Select(end => end.ToJson())]), string.Join('\n', epoch.Ends.Select(EpochCommands.Line)));
                break;
            case Notice.Rotation rotation:
                reply.Fact("use", KeysCommands.Spell(rotation.Use)).Fact("retired", rotation.Retired.ToString()).Fact("promoted", rotation.Promoted.ToString())
                    .Fact("next", rotation.Next?.Id.ToString(), $"next {rotation.Next?.Id.ToString() ?? "none"}")
                    .Fact("logSizes", Json(rotation.LogSizes), $"covers: {KeysCommands.Sizes(rotation.LogSizes)}");
                break;
        }
    }

    private static string KindOf(Notice notice) => notice switch
    {
        Notice.Revocation => "revocation",
        Notice.Suspension => "suspension",
        Notice.Epoch => "epoch",
        _ => "rotation",
    };

    private static JsonObject Json(IReadOnlyDictionary<string, long> sizes) => new(sizes.Select(s => KeyValuePair.Create<string, JsonNode?>(s.Key, s.Value)));
}
