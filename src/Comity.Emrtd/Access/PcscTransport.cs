using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Comity.Emrtd.Access;

/// <summary>Why a reader could not be used.</summary>
/// <param name="Code">PC/SC's own code, <c>0x8010001D</c> for a service that does not run; 0 where the library is missing.</param>
/// <param name="Words">What to do.</param>
public sealed record PcscFault(uint Code, string Words);

/// <summary>A chip on a reader of this machine, by PC/SC (<c>libpcsclite.so.1</c>; the service <c>pcscd</c> must run). Not for several threads.</summary>
/// <remarks>PC/SC part 5; 64-bit Linux.</remarks>
public sealed partial class PcscTransport : IChipTransport, IDisposable
{
    private const string Library = "libpcsclite.so.1";
    private const nuint User = 0, Exclusive = 1, AnyProtocol = 3, ResetCard = 1;
    private readonly byte[] _buffer = new byte[65_544];
    private readonly nuint _protocol;
    private nint _context;
    private nint _card;

    private PcscTransport(nint context, nint card, nuint protocol) => (_context, _card, _protocol) = (context, card, protocol);

    /// <summary>The names of the readers.</summary>
    /// <param name="readers">The names, in the service's order.</param>
    /// <param name="fault">Why there is no answer.</param>
    public static bool TryListReaders(out IReadOnlyList<string> readers, out PcscFault? fault)
    {
        readers = [];
        if (!TryEstablish(out var context, out fault)) return false;
        try
        {
            nuint length = 0;
            var code = SCardListReaders(context, 0, null, ref length);
            var names = new byte[length];
            if (code == 0) code = SCardListReaders(context, 0, names, ref length);
            if (code == 0) readers = Encoding.UTF8.GetString(names).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            // No reader is an answer, too.
            if (code is 0 or 0x8010002E) return true;
            fault = Explain(code);
            return false;
        }
        finally
        {
            _ = SCardReleaseContext(context);
        }
    }

    /// <summary>Connects to the chip on a reader, for itself alone.</summary>
    /// <param name="reader">The reader's name.</param>
    /// <param name="transport">The chip; to be disposed of.</param>
    /// <param name="fault">Why not.</param>
    public static bool TryConnect(string reader, out PcscTransport? transport, out PcscFault? fault)
    {
        transport = null;
        if (!TryEstablish(out var context, out fault)) return false;
        var code = SCardConnect(context, reader, Exclusive, AnyProtocol, out var card, out var protocol);
        if (code == 0)
        {
            transport = new(context, card, protocol);
            return true;
        }
        _ = SCardReleaseContext(context);
        fault = Explain(code);
        return false;
    }

    /// <inheritdoc />
    public bool TryTransmit(ReadOnlySpan<byte> command, out ReadOnlyMemory<byte> response)
    {
        response = default;
        if (_card == 0) return false;
        var request = new IoRequest(_protocol, (nuint)Marshal.SizeOf<IoRequest>());
        var length = (nuint)_buffer.Length;
        if (Code(SCardTransmit(_card, request, command, (nuint)command.Length, 0, _buffer, ref length)) != 0) return false;
        response = _buffer[..(int)length];
        return true;
    }

    /// <summary>Resets the chip, which ends its session, and lets the reader go.</summary>
    public void Dispose()
    {
        if (_card != 0) _ = SCardDisconnect(_card, ResetCard);
        if (_context != 0) _ = SCardReleaseContext(_context);
        (_card, _context) = (0, 0);
    }

    private static bool TryEstablish(out nint context, out PcscFault? fault)
    {
        context = 0;
        fault = null;
        try
        {
            var code = Code(SCardEstablishContext(User, 0, 0, out context));
            if (code == 0) return true;
            fault = Explain(code);
        }
        catch (DllNotFoundException)
        {
            fault = new(0, $"{Library} is not installed. On Debian it is in the package libpcsclite1.");
        }
        return false;
    }

    private static PcscFault Explain(uint code) => new(code, code switch
    {
        0x8010001D or 0x8010001E => "The service pcscd does not run.",
        0x80100009 => "There is no reader of that name.",
        0x8010000C => "There is no chip on the reader.",
        0x8010000B => "Another program uses the reader.",
        0x80100066 or 0x80100067 or 0x80100069 => "The chip does not answer. Lay the document down again.",
        _ => string.Create(CultureInfo.InvariantCulture, $"The reader failed with code {code:X8}."),
    });

    private static uint Code(nint code) => unchecked((uint)code);

    private static uint SCardListReaders(nint context, nint groups, byte[]? readers, ref nuint length) => Code(ListReaders(context, groups, readers, ref length));

    private static uint SCardConnect(nint context, string reader, nuint share, nuint protocols, out nint card, out nuint active) =>
        Code(Connect(context, reader, share, protocols, out card, out active));

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct IoRequest(nuint Protocol, nuint Length);

    [LibraryImport(Library)]
    private static partial nint SCardEstablishContext(nuint scope, nint reserved1, nint reserved2, out nint context);

    [LibraryImport(Library)]
    private static partial nint SCardReleaseContext(nint context);

    [LibraryImport(Library, EntryPoint = "SCardListReaders")]
    private static partial nint ListReaders(nint context, nint groups, [Out] byte[]? readers, ref nuint length);

    [LibraryImport(Library, EntryPoint = "SCardConnect", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Connect(nint context, string reader, nuint share, nuint protocols, out nint card, out nuint active);

    [LibraryImport(Library)]
    private static partial nint SCardDisconnect(nint card, nuint disposition);

    [LibraryImport(Library)]
    private static partial nint SCardTransmit(nint card, in IoRequest send, ReadOnlySpan<byte> command, nuint commandLength, nint receive, [Out] byte[] response, ref nuint responseLength);
}
