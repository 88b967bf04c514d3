using Parley.Cli;
using Parley.Kernel;

SpareMemory.HoldOff();
return await ParleyCli.RunAsync(args);
