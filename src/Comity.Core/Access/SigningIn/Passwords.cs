using Comity.Core.Access.Officers;
using Comity.Core.Registers;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Comity.Core.Access.SigningIn;

/// <summary>Passwords: which are good enough, and how they are kept: PBKDF2 with HMAC-SHA-512 by ASP.NET Core Identity.</summary>
public static class Passwords
{
    /// <summary>Characters at least.</summary>
    public const int Shortest = 12;

    /// <summary>Characters at most.</summary>
    public const int Longest = 200;

    /// <summary>Rounds of PBKDF2-HMAC-SHA-512; OWASP's password storage cheat sheet asks for 210,000 at least.</summary>
    public const int Rounds = 300_000;

    private static readonly PasswordHasher<string> Hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));

    /// <summary>Compared with where there is no account, so that both take the same time.</summary>
    private static readonly Lazy<string> Dummy = new(() => Hash("there is nobody here"));

    // Guessing takes a core for a quarter of a second: no more than half of them at once, so that checks go on.
    private static readonly SemaphoreSlim Gate = new(Math.Max(1, Environment.ProcessorCount / 2));

    // What people make long with digits and signs.
    private static readonly HashSet<string> Common = new(StringComparer.Ordinal)
    {
        "password", "passwordpassword", "motdepasse", "qwerty", "qwertyuiop", "qwertyuiopasdfghjkl", "azerty", "azertyuiop", "qwertz", "letmein", "welcome", "welcomewelcome",
        "iloveyou", "jetaime", "admin", "administrator", "adminadmin", "root", "toor", "login", "changeme", "secret", "topsecret", "master", "monkey", "dragon", "football",
        "baseball", "sunshine", "princess", "superman", "batman", "trustno", "abc", "abcd", "abcdef", "abcdefgh", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnopqrstuvwxyz",
        "police", "policepolice", "justice", "passport", "passeport", "interpol", "comity", "comitycomity", "duty", "officer", "dutyofficer", "bonjour", "soleil", "doudou",
        "loulou", "correcthorsebatterystaple", "asdf", "asdfgh", "asdfghjkl", "zxcvbnm", "test", "testtest", "user", "guest", "summer", "winter", "spring", "autumn",
    };

    /// <summary>Why a password is not good enough for an account; null where it is.</summary>
    public static Words? Fault(string? password, SignInName name)
    {
        if (password is not { Length: >= Shortest and <= Longest })
        {
            return new($"must have {Shortest} to {Longest} characters", $"doit avoir de {Shortest} à {Longest} caractères");
        }

        var lower = password.ToLowerInvariant();
        var letters = string.Concat(lower.Where(char.IsLetter));
        return lower.Contains(name.ToString(), StringComparison.Ordinal) ? new("must not contain the sign-in name", "ne doit pas contenir l’identifiant")
            : letters.Length == 0 || lower.Distinct().Count() < 5 || Common.Contains(letters) ? new("is one of those that are guessed first", "est de ceux que l’on devine en premier")
            : null;
    }

    /// <summary>What is kept of a password.</summary>
    public static string Hash(string password) => Hasher.HashPassword("", password);

    /// <summary>Lets a few at a time through to guess; dispose to let the next.</summary>
    public static async Task<IDisposable> EnterAsync(CancellationToken cancel = default)
    {
        await Gate.WaitAsync(cancel);
        return new Place();
    }

    /// <summary>Whether it is the password; takes as long where there is none.</summary>
    /// <param name="hash">What was kept; null for no account or one without a password.</param>
    /// <param name="password">As it was typed.</param>
    public static bool Matches(string? hash, string password)
    {
        var verdict = Hasher.VerifyHashedPassword("", hash ?? Dummy.Value, password.Length <= Longest ? password : "");
        return hash is not null && verdict != PasswordVerificationResult.Failed;
    }

    private sealed class Place : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Gate.Release();
            }
        }
    }
}
