using System.Net;
using Comity.Core.Access.Officers;
using Comity.Core.Ledger;
using Comity.Core.Registers;
using Comity.Core.Storage;

namespace Comity.Core.Access.SigningIn;

/// <summary>What became of an attempt to sign in.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    /// <summary>Signed in.</summary>
    /// <param name="Officer">Who.</param>
    /// <param name="Secret">What the browser or the command line is to hold.</param>
    public sealed record Done(Officer Officer, string Secret) : SignInOutcome;

    /// <summary>It was wrong. Nobody is told what of it, nor whether there is such an account.</summary>
    public sealed record Wrong : SignInOutcome;

    /// <summary>Too many failures: this account, existing or not, or this address, has to wait.</summary>
    /// <param name="Until">Until when.</param>
    public sealed record Wait(DateTimeOffset Until) : SignInOutcome;

    /// <summary>The same in words; null where it is done.</summary>
    public Words? Words => this switch
    {
        Wrong => new("The name, the password or the code is wrong. A code holds for one sign-in.", "L’identifiant, le mot de passe ou le code est faux. Un code ne vaut que pour une connexion."),
        Wait wait => new($"Too many attempts failed. Try again after {wait.Until:HH:mm:ss}Z.", $"Trop de tentatives ont échoué. Réessayez après {wait.Until:HH:mm:ss}Z."),
        _ => null,
    };
}

/// <summary>Signing in by password and one-time code; by passkey see <see cref="Passkeys"/>.</summary>
public sealed class SignIn(NodeContext node, Credentials credentials, LockOuts lockOuts, Sessions sessions)
{
    /// <summary>Signs in to a session.</summary>
    public Task<SignInOutcome> ByPasswordAsync(string? name, string? password, string? code, IPAddress? from, CancellationToken cancel = default) =>
        ByPasswordAsync(name, password, code, from, (session, officer) => sessions.Open(session, officer, "password"), cancel);

    /// <summary>Signs in to whatever is opened then, in the transaction in which the code is spent.</summary>
    /// <param name="name">As it was typed.</param>
    /// <param name="password">As it was typed.</param>
    /// <param name="code">As it was typed.</param>
    /// <param name="from">The caller's address.</param>
    /// <param name="open">Opens it and returns what the caller is to hold.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<SignInOutcome> ByPasswordAsync(string? name, string? password, string? code, IPAddress? from, Func<WriteSession, Officer, string> open, CancellationToken cancel)
    {
        var (account, address) = (lockOuts.Account(name ?? ""), lockOuts.Address(from));

        // One after the other from here on, so that guessing in parallel is no faster.
        using var place = await Passwords.EnterAsync(cancel);
        if (lockOuts.WaitUntil(account, address) is { } until)
        {
            return new SignInOutcome.Wait(until);
        }

        var (officer, kept) = node.Store.Read(session => SignInName.TryParse(name, out var parsed) && OfficerBook.Find(session, parsed) is { Active: true } found
            ? (found, credentials.Find(session, found.Id)) : (null, null));
        var matches = Passwords.Matches(kept?.Password, password ?? "");
        var step = Totp.Match(kept?.Secret ?? new byte[Totp.SecretLength], code, node.Now);
        return await node.Store.WriteAsync<SignInOutcome>(session =>
        {
            // The account is read again: it may have been closed meanwhile.
            if (matches && kept?.Secret is not null && step is { } accepted && OfficerBook.Find(session, officer!.Id) is { Active: true } now && now.Generation == officer.Generation
                && Credentials.Accept(session, now.Id, accepted))
            {
                LockOuts.Forget(session, account);
                return new SignInOutcome.Done(now, open(session, now));
            }

            lockOuts.Failed(session, address, LockOuts.FreeOfAddress);
            if (lockOuts.Failed(session, account, LockOuts.FreeOfAccount) is { } wait && officer is not null)
            {
                node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.LockedOut, node.Now, Actor.Node).With("officer", officer.Id).With("until", wait.ToUnixTimeMilliseconds()));
            }

            return new SignInOutcome.Wrong();
        });
    }

    /// <summary>Lets an account try again at once.</summary>
    public Task UnlockAsync(Actor by, Officer officer) => node.Store.WriteAsync(session =>
    {
        LockOuts.Forget(session, lockOuts.Account(officer.Name.ToString()));
        node.Membership.Ledger.Append(session, new LedgerNote(LedgerKind.LockedOut, node.Now, by).With("officer", officer.Id).With("until", 0));
    });
}
