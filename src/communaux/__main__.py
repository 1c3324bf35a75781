from communaux.cli import main

raise SystemExit(main())
