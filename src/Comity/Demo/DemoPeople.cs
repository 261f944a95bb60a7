using System.Text;
using Comity.Core;
using Comity.Core.Access;
using Comity.Core.Access.Officers;
using Comity.Core.Access.SigningIn;
using Comity.Core.Members;
using Comity.Home;

namespace Comity.Demo;

/// <summary>The officers of the demonstration: desks, not persons. Their passwords and the secrets of their codes lie in the demonstration's folder.</summary>
internal static class DemoPeople
{
    private static readonly (string Name, string Desk, Role Role)[] All =
    [
        ("duty", "24/7 duty desk", Role.DutyOfficer), ("documents", "Document desk", Role.DocumentDesk), ("supervisor", "Document desk", Role.Supervisor),
        ("privacy", "Data protection", Role.DataProtectionOfficer), ("auditor", "Audit", Role.Auditor), ("operator", "Operations", Role.Operator),
    ];

    /// <summary>The names to sign in with, and what each is.</summary>
    public static IEnumerable<(string Name, string Role)> Names => All.Select(one => (one.Name, one.Role.Text()));

    /// <summary>Makes and enrols a node's officers; the node does not run yet.</summary>
    /// <param name="node">The node.</param>
    /// <param name="password">The password of all of them.</param>
    /// <param name="clock">The time.</param>
    public static async Task EnrolAsync(DemoNode node, string password, TimeProvider clock)
    {
        using var offline = OfflineNode.Open(node.Home, node.PassphraseFile, clock);
        var people = new People(offline.Context, SessionLimits.Default);
        foreach (var (name, desk, role) in All)
        {
            var draft = new OfficerDraft(NameOf(name), desk, [role], [Purpose.Parse("border-control"), Purpose.Parse("police-check")], "en");
            var code = await offline.Context.Store.WriteAsync(session =>
            {
                people.Desks.Declare(session, Actor.Node, desk);
                return people.Credentials.OpenEnrolment(session, Actor.Node, people.Officers.Make(session, Actor.Node, draft).Id);
            });
            var (secret, ticket) = people.Credentials.NewSecret(people.Credentials.ByCode(code)!);
            var before = Totp.CodeOf(secret, Totp.StepAt(offline.Context.Now) - 1);   // so the code of now is still to be used
            var faults = await people.Credentials.EnrolAsync(code, password, ticket, before);
            if (faults.Count > 0)
            {
                throw new IOException($"{name}: {faults[0].Field} {faults[0].Reason.En}");
            }

            DurableFile.Replace(node.SecretFile(name), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret) + "\n"));
        }
    }

    private static SignInName NameOf(string text) => SignInName.TryParse(text, out var name) ? name : throw new ArgumentException(text, nameof(text));

    /// <summary>The code of now, as an authenticator app would show it.</summary>
    /// <param name="file">The file with the secret.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="IOException">There is no such file, or it holds no secret.</exception>
    public static string CodeOf(string file, TimeProvider clock)
    {
        try
        {
            return Totp.CodeOf(Convert.FromHexString(File.ReadAllText(file).Trim()), Totp.StepAt(clock.GetUtcNow()));
        }
        catch (FormatException)
        {
            throw new IOException($"{file} holds no secret of a demonstration");
        }
    }
}
