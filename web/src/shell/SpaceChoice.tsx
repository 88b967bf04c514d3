import { useStore } from "../app/store";
import { places } from "./views";

/** In which space to look, where there are several. */
export function SpaceChoice({ chosen, choose }: { chosen: string | null; choose: (id: string | null) => void }) {
  const { spaces } = useStore(places);
  return (
    spaces.length > 1 && (
      <label>
        Space{" "}
        <select value={chosen ?? ""} onChange={(event) => choose(event.target.value || null)}>
          <option value="">All</option>
          {spaces.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
    )
  );
}
