using System.Diagnostics;
using System.Net.Sockets;
using Comity.Emrtd.Access;

namespace Comity.Emrtd.Tests.Access;

/// <summary>Debian's virtual reader with a chip of ours on it. It listens on all addresses, so it runs only as long as a test needs it.</summary>
internal sealed class VirtualReader : IDisposable
{
    private const string Service = "/usr/sbin/pcscd";
    private static readonly byte[] Atr = Convert.FromHexString("3B80800101");
    private readonly Process _service;
    private readonly TcpClient _card;
    private readonly Thread _thread;

    private VirtualReader(Process service, TcpClient card, Func<IChipTransport> chip)
    {
        (_service, _card) = (service, card);
        _thread = new(() => Serve(chip)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Starts it; skips the test where Debian's packages pcscd and vsmartcard-vpcd are not installed.</summary>
    public static VirtualReader Start(Func<IChipTransport> chip)
    {
        if (!File.Exists(Service) || !File.Exists("/etc/reader.conf.d/vpcd")) Assert.Skip("The packages pcscd and vsmartcard-vpcd are not installed.");
        var service = Process.Start(new ProcessStartInfo(Service, "--foreground") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return new(service, new TcpClient("127.0.0.1", 35963), chip);
            }
            catch (SocketException) when (attempt < 100 && !service.HasExited)
            {
                Thread.Sleep(50);
            }
            catch (SocketException)
            {
                service.Kill();
                Assert.Skip("The virtual reader does not start here.");
            }
        }
    }

    /// <summary>Two bytes of length and that many: 0 off, 1 on, 2 reset, 4 the answer to reset, else a command.</summary>
    private void Serve(Func<IChipTransport> chip)
    {
        try
        {
            var stream = _card.GetStream();
            var card = chip();
            var length = new byte[2];
            while (true)
            {
                stream.ReadExactly(length);
                var message = new byte[(length[0] << 8) | length[1]];
                stream.ReadExactly(message);
                if (message is [4]) Answer(stream, Atr);
                else if (message.Length == 1) card = chip();
                else Answer(stream, card.TryTransmit(message, out var response) ? response.ToArray() : [0x6F, 0]);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The service went away: the test is over.
        }
    }

    private static void Answer(NetworkStream stream, byte[] bytes) => stream.Write([(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);

    public void Dispose()
    {
        _card.Dispose();
        _service.Kill();
        _service.WaitForExit();
        _service.Dispose();
        _thread.Join();
    }
}
