"""One planted CPR is looked for in everything that a run writes: what is planted (`planting`), run (`running`), searched (`searching`)."""
