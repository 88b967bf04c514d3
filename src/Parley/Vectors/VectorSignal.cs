using Parley.Kernel;

namespace Parley.Vectors;

/// <summary>Tells the worker that groups were marked.</summary>
internal sealed class VectorSignal : WorkSignal;
