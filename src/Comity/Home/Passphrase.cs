using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Comity.Core;
using Comity.Core.Jose;

namespace Comity.Home;

/// <summary>Where the passphrase of the key files comes from: a file or the environment, never the command line; it is never printed or logged.</summary>
public static class Passphrase
{
    /// <summary>The environment variable with the passphrase itself.</summary>
    public const string Variable = "COMITY_PASSPHRASE";

    /// <summary>The environment variable with the name of a file that holds it.</summary>
    public const string FileVariable = "COMITY_PASSPHRASE_FILE";

    private const string CredentialName = "comity-passphrase";
    private const int MaxBytes = 4096;
    private const int RandomBytes = 32;

    /// <summary>Finds the passphrase: in the file given; else in the file that <see cref="FileVariable"/> names; else in the systemd credential <c>comity-passphrase</c>; else in <see cref="Variable"/>.</summary>
    /// <param name="file">The file given on the command line; null where none was.</param>
    /// <param name="passphrase">At least one character; a line end after it is not part of it.</param>
    /// <param name="fault">On failure, why; never the passphrase.</param>
    public static bool TryFind(string? file, [NotNullWhen(true)] out string? passphrase, [NotNullWhen(false)] out string? fault) =>
        TryFind(file, Environment.GetEnvironmentVariable, out passphrase, out fault);

    internal static bool TryFind(string? file, Func<string, string?> environment, [NotNullWhen(true)] out string? passphrase, [NotNullWhen(false)] out string? fault)
    {
        file ??= environment(FileVariable) ?? Credential(environment("CREDENTIALS_DIRECTORY"));
        passphrase = file is null ? environment(Variable) : null;
        fault = null;
        if (file is not null)
        {
            return TryReadFile(file, out passphrase, out fault);
        }

        if (string.IsNullOrEmpty(passphrase))
        {
            passphrase = null;
            fault = $"no passphrase: give --passphrase-file, or set {FileVariable} or {Variable}";
        }

        return passphrase is not null;
    }

    /// <summary>Writes a new passphrase of 32 random bytes to a file that only its owner reads.</summary>
    /// <returns>The passphrase.</returns>
    /// <exception cref="IOException">The disk failed.</exception>
    public static string Generate(string file, Randomness randomness)
    {
        byte[] bytes = randomness.Bytes(RandomBytes);
        string passphrase = StrictBase64Url.Encode(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        DurableFile.Replace(file, Encoding.ASCII.GetBytes(passphrase + "\n"));
        return passphrase;
    }

    private static string? Credential(string? folder) =>
        folder is { Length: > 0 } && Path.Combine(folder, CredentialName) is var file && File.Exists(file) ? file : null;

    private static bool TryReadFile(string file, out string? passphrase, out string? fault)
    {
        passphrase = null;
        var info = new FileInfo(file);
        fault = !info.Exists ? $"the passphrase file {file} is not there"
            : info.Length > MaxBytes ? $"the passphrase file {file} is longer than {MaxBytes} bytes"
            : !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0
                ? $"the passphrase file {file} is open to everybody: chmod 600 {file}"
            : null;
        if (fault is not null)
        {
            return false;
        }

        string text = File.ReadAllText(file).TrimEnd('\r', '\n');
        if (text.Length == 0 || text.Contains('\n', StringComparison.Ordinal))
        {
            fault = $"the passphrase file {file} must hold one line";
            return false;
        }

        passphrase = text;
        return true;
    }
}
