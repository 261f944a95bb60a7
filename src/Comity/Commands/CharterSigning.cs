using System.CommandLine;
using Comity.Core.Jose;
using Comity.Core.Members;
using Comity.Home;

namespace Comity.Commands;

/// <summary><c>comity charter sign</c>: each State signs on its own, offline, and the signatures are gathered.</summary>
internal static class CharterSigning
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = new Argument<string?>("file") { Description = "A draft, or a charter that others may have signed already.", Arity = ArgumentArity.ZeroOrOne };
        var root = new Option<string?>("--root") { Description = "The folder with this State's root keys.", HelpName = "DIR" };
        var combine = new Option<string[]>("--combine") { Description = "Gather the signatures of these files of one charter.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string?>("--out") { Description = "The file to write. Default: the draft's name with .jws; a charter that others signed is signed in place.", HelpName = "FILE" };
        var previous = new Option<string?>("--previous") { Description = "The charter before, which says who must sign.", HelpName = "FILE" };
        var passphrase = CommonOptions.RootPassphraseFile();
        var online = CommonOptions.PassphraseFile();
        var force = CommonOptions.Force();
        var command = new Command("sign", "Adds the signature of a State's root, or gathers the signatures of several States.") { file, root, combine, output, previous, passphrase, online, force };
        command.Validators.Add(result =>
        {
            bool signs = result.GetValue(file) is not null && result.GetValue(root) is not null;
            bool gathers = result.GetValue(combine) is { Length: > 0 };
            if (signs == gathers || (gathers && (result.GetValue(output) is null || result.GetValue(root) is not null || result.GetValue(file) is not null)))
            {
                result.AddError("Give FILE and --root DIR, or --combine FILE FILE… and --out FILE.");
            }
        });
        Reply.Answers(command, (parsed, reply) =>
        {
            Charter? before = null;
            string? fault = null;
            if (parsed.GetValue(previous) is { } path && !CharterFile.TryRead(path, out before, out fault))
            {
                return reply.Refused(fault);
            }

            string? target = parsed.GetValue(output);
            bool overwrite = parsed.GetValue(force);
            if (parsed.GetValue(combine) is { Length: > 0 } files)
            {
                return TryCombine(files, out var gathered, out fault) ? Finish(reply, gathered!, before, target!, overwrite) : reply.Refused(fault!);
            }

            string source = parsed.GetValue(file)!;
            if (!CharterFile.TryRead(source, out var charter, out fault)
                || !Passphrase.TryFind(parsed.GetValue(passphrase) ?? parsed.GetValue(online), out string? secret, out fault)
                || !TrySign(charter, parsed.GetValue(root)!, secret, out var signed, out fault))
            {
                return reply.Refused(fault);
            }

            // A draft has no signatures; in a charter the new one is added and nothing lost.
            bool inPlace = target is null && charter.Document.Signers.Any();
            target ??= inPlace ? source : Path.ChangeExtension(source, ".jws");
            return Finish(reply, signed!, before, target, overwrite || inPlace);
        });
        return command;
    }

    private static bool TrySign(Charter charter, string folder, string passphrase, out JwsDocument? signed, out string fault)
    {
        signed = null;
        if (!NodeHome.TryLoadRing(folder, [KeyUse.Root], passphrase, out var ring, out string? wrong))
        {
            fault = $"--root: {wrong}";
            return false;
        }

        using (ring)
        {
            fault = "";
            if (!charter.Members.Any(m => m.Keys[KeyUse.Root].All.Any(k => k.Id == ring.Current(KeyUse.Root).Id)))
            {
                fault = $"--root: root {ring.Current(KeyUse.Root).Id} is in {folder}; no member of this charter has it";
            }

            signed = fault.Length == 0 ? charter.Document.SignedBy(ring.Current(KeyUse.Root).Signer) : null;
            return signed is not null;
        }
    }

    private static bool TryCombine(string[] files, out JwsDocument? gathered, out string? fault)
    {
        gathered = null;
        fault = null;
        foreach (string file in files)
        {
            if (!CharterFile.TryRead(file, out var charter, out fault))
            {
                return false;
            }

            gathered = gathered is null ? charter.Document : gathered.Combine(charter.Document);
            if (gathered is null)
            {
                fault = $"{file}: is not the same charter as {files[0]}";
                return false;
            }
        }

        return true;
    }

    private static int Finish(Reply reply, JwsDocument document, Charter? previous, string target, bool force)
    {
        if (!Charter.TryRead(document, out var charter, out var faults))
        {
            return reply.Refused(faults);
        }

        if (!CommandFile.TryWrite(target, document.ToJson(), force, out string? fault))
        {
            return reply.Refused(fault);
        }

        reply.Fact("file", target);
        CharterFile.Facts(reply, charter, previous);
        return reply.Done();
    }
}
