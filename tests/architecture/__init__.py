"""What must hold of the project as a whole: ranks, doors, sizes, start-up, documents."""
