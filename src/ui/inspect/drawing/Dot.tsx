interface DotProps {
  className: string | undefined;
  /** Radius in pixels. */
  r: number;
  /** The way that it runs again and again, as an SVG path. */
  path: string;
  /** Of one way. */
  seconds: number;
  /** Share of the way that it is ahead. */
  ahead: number;
}

/** A dot on its way: a token, or a gradient. */
export function Dot({ className, r, path, seconds, ahead }: DotProps) {
  const style = {
    offsetPath: `path("${path}")`,
    animationDuration: `${seconds}s`,
    animationDelay: `${-seconds * ahead}s`,
  };
  return <circle className={className} r={r} style={style} />;
}
