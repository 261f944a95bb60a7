using System.CommandLine;
using System.Text.Json.Nodes;
using Comity.Doctor;

namespace Comity.Commands;

/// <summary><c>comity doctor</c>: looks an installation over and says in plain words what is wrong with it. Changes nothing.</summary>
internal static class DoctorCommand
{
    public static Command Create(TimeProvider clock)
    {
        var (home, passphrase) = (CommonOptions.Home(), CommonOptions.PassphraseFile());
        var command = new Command("doctor", "Says what is wrong with an installation, and what to do. Exit code 1 where the node does not work so.") { home, passphrase };
        Reply.Answers(command, async (parsed, reply) =>
        {
            using var patient = new Patient(parsed.GetRequiredValue(home), parsed.GetValue(passphrase), clock);
            var findings = new JsonArray();
            var gravest = Grade.Fine;
            await foreach (var finding in Examine(patient))
            {
                findings.Add(new JsonObject
                {
                    ["grade"] = finding.Grade.ToString().ToLowerInvariant(), ["subject"] = finding.Subject, ["text"] = finding.Text, ["remedy"] = finding.Remedy,
                });
                reply.Say($"{Mark(finding.Grade)} {finding.Subject}: {finding.Text}");
                if (finding.Remedy is { } remedy)
                {
                    reply.Say($"       {remedy}");
                }

                gravest = finding.Grade > gravest ? finding.Grade : gravest;
            }

            return reply.Fact("findings", findings, Verdict(gravest)).Done(gravest == Grade.Fault ? Reply.No : Reply.Ok);
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var part in (Func<Patient, IEnumerable<Finding>>[])[HomeExamination.Options, HomeExamination.Keys, DatabaseExamination.Examine, CharterExamination.Examine, ErasureExamination.Examine])
        {
            foreach (var finding in part(patient))
            {
                yield return finding;
            }
        }

        await foreach (var finding in ServiceExamination.Examine(patient))
        {
            yield return finding;
        }

        await foreach (var finding in PartnerExamination.Examine(patient))
        {
            yield return finding;
        }
    }

    private static string Mark(Grade grade) => grade switch { Grade.Fine => "ok    ", Grade.Notice => "NOTICE", _ => "FAULT " };

    private static string Verdict(Grade gravest) => gravest switch
    {
        Grade.Fine => "nothing is wrong",
        Grade.Notice => "it works; see the notices",
        _ => "it does not work as it is: see the faults",
    };
}
