/** Grafana's dark theme, near enough to be at home in. */
export const colors = {
  page: "#111217",
  panel: "#181b1f",
  border: "#2c2f35",
  text: "#ccccdc",
  faint: "#8e8e9b",
  lines: ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#96d98d", "#ffb357", "#fade2a"],
  limits: { green: "#73bf69", orange: "#ff9830", red: "#f2495c" } as Record<string, string>,
};
export const font = "Inter, 'Helvetica Neue', 'DejaVu Sans', sans-serif";
