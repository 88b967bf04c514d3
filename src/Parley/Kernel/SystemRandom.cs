using System.Security.Cryptography;

namespace Parley.Kernel;

/// <summary>
/// Random bits for secrets, from the kernel's own generator. The framework's draws on the same one, but through OpenSSL,
/// which costs 5 MB of memory from the first call on: a server that nobody talks to yet should not pay that.
/// </summary>
internal static class SystemRandom
{
    private const string Device = "/dev/urandom";

    public static byte[] GetBytes(int count)
    {
        if (!File.Exists(Device))
        {
            return RandomNumberGenerator.GetBytes(count);
        }

        var bytes = new byte[count];
        using var device = new FileStream(Device, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        device.ReadExactly(bytes);
        return bytes;
    }
}
