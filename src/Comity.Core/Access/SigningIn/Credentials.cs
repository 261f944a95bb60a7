using System.Security.Cryptography;
using System.Text;
using Comity.Core.Access.Officers;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.SigningIn;

/// <summary>What an officer signs in with, and the one-time code with which it is chosen.</summary>
public sealed class Credentials(NodeContext node, OfficerBook officers, Tickets tickets)
{
    /// <summary>For how long a one-time code holds.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromHours(72);

    private const string Purpose = "enrolment";
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int CodeLength = 20;   // 100 bits

    /// <summary>What is kept of an account's credentials.</summary>
    /// <param name="Password">The password's hash, or null.</param>
    /// <param name="Secret">Of the one-time codes, or null.</param>
    /// <param name="Step">The last step whose code was accepted.</param>
    internal sealed record Kept(string? Password, byte[]? Secret, long Step);

    /// <summary>A new one-time code for an account; one given before is void.</summary>
    public string OpenEnrolment(WriteSession session, Actor by, string officer)
    {
        var code = string.Concat(node.Randomness.Bytes(CodeLength).Select(b => Alphabet[b & 31]));
        session.Execute(
            "UPDATE credential SET enrolment = @hash, enrolment_expires = @until WHERE officer = @officer",
            ("@hash", Hash(code)), ("@until", (node.Now + CodeLife).ToUnixTimeMilliseconds()), ("@officer", officer));
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.EnrolmentOpened, node.Now, by).With("officer", officer));
        return string.Join('-', code.Chunk(5).Select(group => new string(group)));
    }

    /// <summary>Takes all credentials from an account and ends its sessions and personal tokens.</summary>
    public void Reset(WriteSession session, string officer)
    {
        officers.Age(session, officer);
        session.Execute("UPDATE credential SET password = NULL, totp = NULL, totp_secret = NULL, enrolment = NULL, enrolment_expires = NULL WHERE officer = @officer", ("@officer", officer));
        session.Execute("DELETE FROM passkey WHERE officer = @officer", ("@officer", officer));
        session.Execute("UPDATE token SET revoked = @now WHERE officer = @officer AND revoked IS NULL", ("@now", node.Now.ToUnixTimeMilliseconds()), ("@officer", officer));
    }

    /// <summary>Whose one-time code it is; null where it is nobody's or over.</summary>
    public Officer? ByCode(string? code) => node.Store.Read(session => ByCode(session, code));

    /// <summary>A new secret for one-time codes, and the ticket that keeps it until it was confirmed.</summary>
    public (byte[] Secret, string Ticket) NewSecret(Officer officer)
    {
        var secret = node.Randomness.Bytes(Totp.SecretLength);
        return (secret, tickets.Make(Purpose, officer.Id + Convert.ToHexString(secret)));
    }

    /// <summary>The secret that a ticket keeps; null where it is over or another officer's.</summary>
    public byte[]? SecretOf(Officer officer, string? ticket) =>
        tickets.Open(Purpose, ticket) is { } text && text.StartsWith(officer.Id, StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(officer.Id.Length)) : null;

    /// <summary>Chooses password and secret with a one-time code, which is void then; an older password goes.</summary>
    /// <returns>What is wrong, by field; empty when it is done.</returns>
    public async Task<IReadOnlyList<(string Field, Words Reason)>> EnrolAsync(string? code, string? password, string? ticket, string? typed)
    {
        if (ByCode(code) is not { } officer)
        {
            return [("code", CodeFault)];
        }

        List<(string Field, Words Reason)> faults = [];
        if (Passwords.Fault(password, officer.Name) is { } weak)
        {
            faults.Add(("password", weak));
        }

        if (SecretOf(officer, ticket) is not { } secret)
        {
            faults.Add(("ticket", new("is over: begin again", "n’est plus valable : recommencez")));
            return faults;
        }

        if (Totp.Match(secret, typed, node.Now) is not { } step)
        {
            faults.Add(("totp", new("is not the code that the app shows now", "n’est pas le code que l’application affiche maintenant")));
            return faults;
        }

        if (faults.Count > 0)
        {
            return faults;
        }

        var hash = Passwords.Hash(password!);
        var kept = node.Sealer.Seal(secret);
        var done = await node.Store.WriteAsync(session =>
        {
            if (ByCode(session, code)?.Id != officer.Id)
            {
                return false;
            }

            session.Execute(
                "UPDATE credential SET password = @password, totp = @totp, totp_secret = @secret, totp_step = @step WHERE officer = @officer",
                ("@password", hash), ("@totp", kept.Ciphertext), ("@secret", kept.Secret), ("@step", step), ("@officer", officer.Id));
            Enrolled(session, officer, "password");
            return true;
        });
        return done ? [] : [("code", CodeFault)];
    }

    /// <summary>Why a one-time code is not taken.</summary>
    public static Words CodeFault { get; } = new("is unknown, used or over", "est inconnu, déjà utilisé ou périmé");

    /// <summary>Notes that credentials were chosen; the code is void, sessions end.</summary>
    internal void Enrolled(WriteSession session, Officer officer, string method)
    {
        session.Execute("UPDATE credential SET enrolment = NULL, enrolment_expires = NULL WHERE officer = @officer", ("@officer", officer.Id));
        officers.Age(session, officer.Id);
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.Credential, node.Now, officer.Actor).With("chose", method));
    }

    /// <summary>Whether the officer can sign in with anything.</summary>
    public bool HasAny(ReadSession session, string officer) => Find(session, officer)?.Password is not null
        || session.First("SELECT COUNT(*) FROM passkey WHERE officer = @officer", row => row.GetInt64(0), ("@officer", officer)) > 0;

    internal Officer? ByCode(ReadSession session, string? code)
    {
        var plain = string.Concat((code ?? "").ToUpperInvariant().Where(c => c is not ('-' or ' ')));
        return plain.Length != CodeLength ? null : session.First(
            $"SELECT {OfficerBook.Columns} FROM credential c JOIN officer o ON o.id = c.officer WHERE c.enrolment = @hash AND c.enrolment_expires > @now AND o.state = 'active'",
            row => OfficerBook.Row(row), ("@hash", Hash(plain)), ("@now", node.Now.ToUnixTimeMilliseconds()));
    }

    internal Kept? Find(ReadSession session, string officer) => session.First(
        "SELECT password, totp, totp_secret, totp_step FROM credential WHERE officer = @officer",
        row => new Kept(row.TextOrNull(0), row.BytesOrNull(1) is { } sealedSecret ? node.Sealer.Open(sealedSecret, row.Bytes(2)) : null, row.GetInt64(3)), ("@officer", officer));

    /// <summary>Accepts the code of a step once; false where it, or a later one, was accepted before.</summary>
    internal static bool Accept(WriteSession session, string officer, long step) =>
        session.Execute("UPDATE credential SET totp_step = @step WHERE officer = @officer AND totp_step < @step", ("@step", step), ("@officer", officer)) > 0;

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.ASCII.GetBytes(code));
}
