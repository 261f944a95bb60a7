using System.Diagnostics;

namespace Comity.Core.Tests.Vectors;

/// <summary>test/vectors/verify.py reads the vectors by what the documents say, with none of this code: so the documents suffice.</summary>
public sealed class SecondReaderTests
{
    [Fact]
    public void A_reader_written_from_the_documents_alone_comes_to_the_same_answers()
    {
        if (!Runs("python3", "--version") || !Runs("openssl", "version"))
        {
            Assert.Skip("python3 or openssl is not on this machine.");
        }

        var (code, output) = Run("python3", Path.Combine(VectorFiles.Root, "test", "vectors", "verify.py"), VectorFiles.Folder);
        Assert.True(code == 0, output);
        Assert.Contains("every vector came out as published", output, StringComparison.Ordinal);
    }

    private static bool Runs(string program, string argument)
    {
        try
        {
            return Run(program, argument).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
